-- What a number is, where its customers alone do not say it; and which calls went from one owner to another
-- when numbers or decisions changed.

-- A number is one customer's or company's from and until a moment (UTC epoch seconds, both open where
-- empty), a line several share, the organization's own, or one to be left alone.
CREATE TABLE number_decision (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
    version INTEGER NOT NULL,
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    e164 TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('customer', 'switchboard', 'shared', 'own', 'ignored')),
    contact_id INTEGER REFERENCES contact (id),
    valid_from INTEGER,
    valid_until INTEGER,
    decided_at INTEGER NOT NULL,
    decided_by INTEGER NOT NULL REFERENCES member (id),
    CHECK ((kind IN ('customer', 'switchboard')) = (contact_id IS NOT NULL))
);
CREATE INDEX number_decision_number ON number_decision (e164);
CREATE INDEX number_decision_contact ON number_decision (contact_id) WHERE contact_id IS NOT NULL;

-- As long as the row is there, these calls are the contact's (nobody's where empty) and no longer the
-- former one's: undoing removes it. The ids are packed, 4 bytes each.
CREATE TABLE linked_calls (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
    version INTEGER NOT NULL,
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    contact_id INTEGER REFERENCES contact (id),
    former_id INTEGER,
    linked_at INTEGER NOT NULL,
    call_ids BLOB NOT NULL
);
CREATE INDEX linked_calls_contact ON linked_calls (contact_id);
