-- A large change set is written in several transactions: which byte of the lock file its program holds
-- while it is running. One whose byte is free was interrupted, and is taken back at the next opening.

ALTER TABLE change_set ADD COLUMN seat INTEGER;
