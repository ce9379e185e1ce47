"""Foreign files to domain records; knows no database, no user and no consent."""
