-- Imports of contacts: what a row was, so that the same row again is known; what a card said that no field
-- stands for; which change set an import is, so that it can be undone whole. The columns of import_run are
-- nullable: an empty one leaves the digest of older rows as it is.

CREATE TABLE imported_row (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
    version INTEGER NOT NULL,
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    contact_id INTEGER NOT NULL REFERENCES contact (id),
    fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
    foreign_uid TEXT
);
CREATE INDEX imported_row_contact ON imported_row (contact_id);
CREATE INDEX imported_row_fingerprint ON imported_row (fingerprint);
CREATE INDEX imported_row_uid ON imported_row (foreign_uid) WHERE foreign_uid IS NOT NULL;

CREATE TABLE card_property (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
    version INTEGER NOT NULL,
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    contact_id INTEGER NOT NULL REFERENCES contact (id),
    position INTEGER NOT NULL,
    content TEXT NOT NULL
);
CREATE INDEX card_property_contact ON card_property (contact_id, position);

ALTER TABLE import_run ADD COLUMN updated INTEGER;
ALTER TABLE import_run ADD COLUMN change_set_uuid BLOB;
ALTER TABLE import_run ADD COLUMN mapping TEXT;

CREATE INDEX email_address ON email (address COLLATE NOCASE);
