-- Files of a contact and its photo. The row is journalled; the content stands apart, in pieces under its
-- SHA-256, so that images, digests and undo stay small and equal contents are stored once. Whatever names a
-- content keeps it: a row of attachment, or an image of one in the journal; else it is swept.

CREATE TABLE attachment (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
    version INTEGER NOT NULL,
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    contact_id INTEGER NOT NULL REFERENCES contact (id),
    role TEXT NOT NULL CHECK (role IN ('file', 'photo')),
    name TEXT NOT NULL CHECK (name <> ''),
    size INTEGER NOT NULL CHECK (size > 0),
    sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
    added_at INTEGER NOT NULL,
    member_id INTEGER NOT NULL REFERENCES member (id),
    note TEXT
);
CREATE INDEX attachment_contact ON attachment (contact_id, role, id);
CREATE UNIQUE INDEX attachment_photo ON attachment (contact_id) WHERE role = 'photo';
CREATE INDEX attachment_content ON attachment (sha256);

CREATE TABLE attachment_piece (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
    place INTEGER NOT NULL,
    stored_at INTEGER NOT NULL,
    content BLOB NOT NULL,
    UNIQUE (sha256, place)
);
