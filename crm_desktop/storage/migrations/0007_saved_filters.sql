-- Saved filters: private to a member or shared by all; the definition is data in JSON, never SQL.

CREATE TABLE saved_filter (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
    version INTEGER NOT NULL,
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    member_id INTEGER NOT NULL REFERENCES member (id),
    category TEXT NOT NULL CHECK (category IN ('customer', 'address_book')),
    name TEXT NOT NULL CHECK (name <> ''),
    shared INTEGER NOT NULL CHECK (shared IN (0, 1)),
    position INTEGER NOT NULL,
    definition TEXT NOT NULL
);
CREATE INDEX saved_filter_member ON saved_filter (category, member_id, position);
