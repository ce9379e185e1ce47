-- Relations between contacts, stored once, from the contact the kind begins with to the other; one that
-- reads the same both ways from the older contact. The same two may meet again: then it begins on another day.

CREATE TABLE relation (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
    version INTEGER NOT NULL,
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    from_id INTEGER NOT NULL REFERENCES contact (id),
    to_id INTEGER NOT NULL REFERENCES contact (id),
    kind TEXT NOT NULL,
    position TEXT,
    started_on TEXT,
    ended_on TEXT,
    note TEXT,
    CHECK (from_id <> to_id)
);
CREATE UNIQUE INDEX relation_sides ON relation (from_id, to_id, kind, coalesce(started_on, ''));
CREATE INDEX relation_to ON relation (to_id, from_id);

-- A relation belongs to two contacts: its changes stand in the history of both.
ALTER TABLE change_row ADD COLUMN other_contact_id INTEGER;
CREATE INDEX change_row_other ON change_row (other_contact_id, id) WHERE other_contact_id IS NOT NULL;
