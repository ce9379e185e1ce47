-- Duplicates: which contact a merged one became part of (its id; ids are never used again), which calls
-- went over with it, and which two were told apart by somebody. The column is nullable: an empty one leaves
-- the digest of older rows as it is.

ALTER TABLE contact ADD COLUMN merged_into INTEGER;
CREATE INDEX contact_merged ON contact (merged_into) WHERE merged_into IS NOT NULL;

-- As long as the row is there, these calls of the former contact are the other's: undoing a merge removes
-- it. The ids are packed, 4 bytes each.
CREATE TABLE moved_calls (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
    version INTEGER NOT NULL,
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    contact_id INTEGER NOT NULL REFERENCES contact (id),
    former_id INTEGER NOT NULL,
    call_ids BLOB NOT NULL
);
CREATE INDEX moved_calls_contact ON moved_calls (contact_id);

-- The one with the smaller id stands first.
CREATE TABLE not_duplicate (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
    version INTEGER NOT NULL,
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    contact_id INTEGER NOT NULL REFERENCES contact (id),
    other_id INTEGER NOT NULL,
    UNIQUE (contact_id, other_id),
    CHECK (contact_id < other_id)
);
CREATE INDEX not_duplicate_other ON not_duplicate (other_id);

-- Two with one VAT id, or one id in another system, are found by it.
CREATE INDEX contact_vat ON contact (vat_id) WHERE vat_id IS NOT NULL;
CREATE INDEX foreign_id_value ON foreign_id (value);
