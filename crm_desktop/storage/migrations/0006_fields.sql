-- Identifiers, tags, dated notes, former statuses and fields of the organization's own. Columns added to a
-- table that is there are nullable: an empty one leaves the digest of older rows as it is.

ALTER TABLE contact ADD COLUMN customer_number TEXT;
ALTER TABLE contact ADD COLUMN vat_id TEXT;
ALTER TABLE contact ADD COLUMN vat_unchecked INTEGER;
-- Trashed ones too: a number is never given twice.
CREATE UNIQUE INDEX contact_customer_number ON contact (customer_number COLLATE NOCASE)
    WHERE customer_number IS NOT NULL;

ALTER TABLE email ADD COLUMN unchecked INTEGER;

CREATE TABLE foreign_id (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
    version INTEGER NOT NULL,
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    contact_id INTEGER NOT NULL REFERENCES contact (id),
    position INTEGER NOT NULL,
    system TEXT NOT NULL,
    value TEXT NOT NULL
);
CREATE INDEX foreign_id_contact ON foreign_id (contact_id, position);

CREATE TABLE tag (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
    version INTEGER NOT NULL,
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    tone TEXT NOT NULL
);

CREATE TABLE contact_tag (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
    version INTEGER NOT NULL,
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    contact_id INTEGER NOT NULL REFERENCES contact (id),
    tag_id INTEGER NOT NULL REFERENCES tag (id),
    UNIQUE (contact_id, tag_id)
);
CREATE INDEX contact_tag_tag ON contact_tag (tag_id, contact_id);

CREATE TABLE contact_note (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
    version INTEGER NOT NULL,
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    contact_id INTEGER NOT NULL REFERENCES contact (id),
    at INTEGER NOT NULL,
    member_id INTEGER NOT NULL REFERENCES member (id),
    text TEXT NOT NULL,
    edited_at INTEGER
);
CREATE INDEX contact_note_contact ON contact_note (contact_id, at, id);

-- The statuses a customer had before; the one he has now stands in his own row.
CREATE TABLE past_status (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
    version INTEGER NOT NULL,
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    contact_id INTEGER NOT NULL REFERENCES contact (id),
    status TEXT NOT NULL,
    since TEXT,
    until TEXT NOT NULL
);
CREATE INDEX past_status_contact ON past_status (contact_id, id);

CREATE TABLE custom_field (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
    version INTEGER NOT NULL,
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    kind TEXT NOT NULL,
    choices TEXT,
    for_customers INTEGER NOT NULL,
    for_address_book INTEGER NOT NULL,
    removed_at INTEGER
);
CREATE UNIQUE INDEX custom_field_name ON custom_field (name_key) WHERE removed_at IS NULL;

CREATE TABLE custom_value (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
    version INTEGER NOT NULL,
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    contact_id INTEGER NOT NULL REFERENCES contact (id),
    field_id INTEGER NOT NULL REFERENCES custom_field (id),
    value TEXT NOT NULL,
    UNIQUE (contact_id, field_id)
);
CREATE INDEX custom_value_field ON custom_value (field_id, contact_id);
