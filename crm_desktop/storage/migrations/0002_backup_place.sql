-- Settings of the whole organization that are no record: no version, no journal. The log says who changed one.

CREATE TABLE organization_setting (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    name TEXT NOT NULL UNIQUE,
    value TEXT NOT NULL
);
