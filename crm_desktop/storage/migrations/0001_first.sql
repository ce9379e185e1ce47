-- The first schema. Every table: an id that is never reused (AUTOINCREMENT; below 2^32 so that a list of
-- ids packs into 4 bytes each); what people see has a UUID and a row version; `salt` belongs to the row
-- version and goes with it (the log keeps only salted digests).

CREATE TABLE meta (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    file_id BLOB NOT NULL CHECK (length(file_id) = 16),
    schema_version INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    change_sequence INTEGER NOT NULL,
    key_file_seq INTEGER NOT NULL,
    roster_seq INTEGER NOT NULL,
    created_at INTEGER NOT NULL
);

CREATE TABLE organization (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
    version INTEGER NOT NULL,
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    name TEXT NOT NULL,
    region TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    area_code TEXT,
    outside_prefix TEXT,
    internal_digits INTEGER,
    own_numbers TEXT
);

CREATE TABLE member (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
    version INTEGER NOT NULL,
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    login TEXT NOT NULL,
    name TEXT NOT NULL
);

CREATE TABLE import_run (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
    version INTEGER NOT NULL,
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    kind TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'done')),
    -- Which byte of the lock file the writing program holds: a run whose byte is free was abandoned.
    seat INTEGER,
    file_name TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    format TEXT NOT NULL,
    time_zone TEXT,
    region TEXT,
    member_id INTEGER REFERENCES member (id),
    started_by INTEGER NOT NULL REFERENCES member (id),
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    created INTEGER NOT NULL,
    already_there INTEGER NOT NULL,
    unknown_numbers INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    skipped INTEGER NOT NULL
);

CREATE TABLE import_problem (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    import_run_id INTEGER NOT NULL REFERENCES import_run (id) ON DELETE CASCADE,
    line INTEGER NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX import_problem_run ON import_problem (import_run_id);

CREATE TABLE contact (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
    version INTEGER NOT NULL,
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    category TEXT NOT NULL CHECK (category IN ('customer', 'address_book')),
    kind TEXT NOT NULL CHECK (kind IN ('person', 'company')),
    display_name TEXT NOT NULL CHECK (display_name <> ''),
    name_key TEXT NOT NULL,
    company_key TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by INTEGER REFERENCES member (id),
    changed_at INTEGER NOT NULL,
    changed_by INTEGER REFERENCES member (id),
    prefix TEXT,
    given TEXT,
    additional TEXT,
    family TEXT,
    suffix TEXT,
    nickname TEXT,
    company TEXT,
    title TEXT,
    legal_form TEXT,
    industry TEXT,
    size TEXT,
    birthday TEXT,
    language TEXT,
    urls TEXT,
    note TEXT,
    status TEXT CHECK (status IN ('lead', 'active', 'paused', 'former')),
    status_since TEXT,
    owner_id INTEGER REFERENCES member (id),
    source TEXT,
    trashed_at INTEGER,
    trashed_by INTEGER REFERENCES member (id),
    import_run_id INTEGER REFERENCES import_run (id),
    CHECK ((category = 'customer') = (status IS NOT NULL))
);
CREATE INDEX contact_name ON contact (category, name_key, id) WHERE trashed_at IS NULL;
CREATE INDEX contact_company ON contact (category, company_key, id) WHERE trashed_at IS NULL;
CREATE INDEX contact_status ON contact (category, status, name_key, id) WHERE trashed_at IS NULL;
CREATE INDEX contact_changed ON contact (category, changed_at, id) WHERE trashed_at IS NULL;
CREATE INDEX contact_trash ON contact (trashed_at) WHERE trashed_at IS NOT NULL;
CREATE INDEX contact_import_run ON contact (import_run_id) WHERE import_run_id IS NOT NULL;

CREATE TABLE phone (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
    version INTEGER NOT NULL,
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    contact_id INTEGER NOT NULL REFERENCES contact (id),
    position INTEGER NOT NULL,
    raw TEXT NOT NULL,
    e164 TEXT,
    extension TEXT,
    kind TEXT NOT NULL,
    is_primary INTEGER NOT NULL,
    invalid INTEGER NOT NULL,
    note TEXT,
    source TEXT,
    confirmed_at INTEGER
);
CREATE INDEX phone_contact ON phone (contact_id, position);
CREATE INDEX phone_e164 ON phone (e164, contact_id) WHERE e164 IS NOT NULL;

CREATE TABLE email (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
    version INTEGER NOT NULL,
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    contact_id INTEGER NOT NULL REFERENCES contact (id),
    position INTEGER NOT NULL,
    address TEXT NOT NULL,
    kind TEXT NOT NULL,
    is_primary INTEGER NOT NULL,
    note TEXT,
    source TEXT,
    confirmed_at INTEGER
);
CREATE INDEX email_contact ON email (contact_id, position);

CREATE TABLE postal_address (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
    version INTEGER NOT NULL,
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    contact_id INTEGER NOT NULL REFERENCES contact (id),
    position INTEGER NOT NULL,
    street TEXT,
    postal_code TEXT,
    city TEXT,
    region TEXT,
    country TEXT,
    kind TEXT NOT NULL,
    is_primary INTEGER NOT NULL,
    former INTEGER NOT NULL,
    note TEXT,
    source TEXT,
    confirmed_at INTEGER
);
CREATE INDEX postal_address_contact ON postal_address (contact_id, position);

CREATE TABLE product (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
    version INTEGER NOT NULL,
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    active INTEGER NOT NULL
);

CREATE TABLE product_use (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
    version INTEGER NOT NULL,
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    contact_id INTEGER NOT NULL REFERENCES contact (id),
    product_id INTEGER NOT NULL REFERENCES product (id),
    since TEXT,
    until TEXT,
    plan TEXT,
    quantity INTEGER,
    serial TEXT,
    renewal_on TEXT,
    note TEXT
);
CREATE INDEX product_use_contact ON product_use (contact_id);
CREATE INDEX product_use_product ON product_use (product_id, contact_id);

CREATE TABLE consent (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
    version INTEGER NOT NULL,
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    member_id INTEGER NOT NULL REFERENCES member (id),
    purpose TEXT NOT NULL,
    lawful_basis TEXT NOT NULL,
    text_version TEXT NOT NULL,
    text TEXT NOT NULL,
    source TEXT NOT NULL,
    recorded_by INTEGER NOT NULL REFERENCES member (id),
    granted_at INTEGER NOT NULL,
    expires_at INTEGER,
    withdrawn_at INTEGER,
    withdrawn_by INTEGER REFERENCES member (id),
    calls_removed INTEGER,
    shown_at INTEGER,
    scan_name TEXT,
    scan BLOB
);
CREATE INDEX consent_member ON consent (member_id, purpose);

-- row_key begins with the raw wall-clock time of the row: the unique index grows at its end, and the
-- same row read under another time zone or region is found again.
CREATE TABLE call (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
    version INTEGER NOT NULL,
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    started_at INTEGER NOT NULL,
    time_zone TEXT,
    direction TEXT NOT NULL,
    outcome TEXT NOT NULL,
    duration_s INTEGER NOT NULL CHECK (duration_s >= 0),
    raw_number TEXT NOT NULL,
    e164 TEXT,
    member_id INTEGER NOT NULL REFERENCES member (id),
    customer_id INTEGER REFERENCES contact (id),
    import_run_id INTEGER REFERENCES import_run (id),
    row_key BLOB
);
CREATE UNIQUE INDEX call_row_key ON call (row_key, member_id) WHERE row_key IS NOT NULL;
CREATE INDEX call_started ON call (started_at, id);
CREATE INDEX call_customer ON call (customer_id, started_at) WHERE customer_id IS NOT NULL;
CREATE INDEX call_unmatched ON call (e164) WHERE customer_id IS NULL;
CREATE INDEX call_import_run ON call (import_run_id) WHERE import_run_id IS NOT NULL;

CREATE TABLE draft (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    member_id INTEGER NOT NULL REFERENCES member (id),
    place TEXT NOT NULL,
    payload TEXT NOT NULL,
    saved_at INTEGER NOT NULL,
    UNIQUE (member_id, place)
);

CREATE TABLE member_setting (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    member_id INTEGER NOT NULL REFERENCES member (id),
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    UNIQUE (member_id, name)
);

-- The journal: before- and after-images of changed columns, for undo, history and conflicts. Images are
-- payload: they go after the retention time with their salts; the log's digests stay.
CREATE TABLE change_set (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
    at INTEGER NOT NULL,
    member_id INTEGER NOT NULL REFERENCES member (id),
    session BLOB NOT NULL,
    verb TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'done')),
    undoes INTEGER REFERENCES change_set (id),
    undone_by INTEGER REFERENCES change_set (id)
);
CREATE INDEX change_set_session ON change_set (session, id);

CREATE TABLE change_row (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    change_set_id INTEGER NOT NULL REFERENCES change_set (id),
    table_name TEXT NOT NULL,
    row_id INTEGER NOT NULL,
    row_uuid BLOB NOT NULL,
    contact_id INTEGER,
    before_version INTEGER,
    after_version INTEGER,
    before_image TEXT,
    after_image TEXT,
    before_salt BLOB
);
CREATE INDEX change_row_set ON change_row (change_set_id);
CREATE INDEX change_row_contact ON change_row (contact_id, id) WHERE contact_id IS NOT NULL;
CREATE INDEX change_row_row ON change_row (table_name, row_id, id);

-- The log: signed and chained entries over salted digests. No personal data in clear.
CREATE TABLE log_entry (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    epoch INTEGER NOT NULL,
    at INTEGER NOT NULL,
    user_uuid BLOB NOT NULL,
    verb TEXT NOT NULL,
    change_set_uuid BLOB,
    roster_seq INTEGER NOT NULL,
    rows_digest BLOB NOT NULL,
    payload TEXT,
    payload_salt BLOB,
    payload_digest BLOB,
    prev BLOB NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    signature BLOB NOT NULL
);

CREATE TABLE log_row (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    entry_id INTEGER NOT NULL REFERENCES log_entry (id),
    table_name TEXT NOT NULL,
    row_uuid BLOB NOT NULL,
    row_version INTEGER NOT NULL,
    digest BLOB
);
CREATE INDEX log_row_entry ON log_row (entry_id);
CREATE INDEX log_row_row ON log_row (table_name, row_uuid, row_version);

-- Digests over blocks of 64 consecutive ids of rows that an import run created.
CREATE TABLE log_block (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    entry_id INTEGER NOT NULL REFERENCES log_entry (id),
    table_name TEXT NOT NULL,
    first_id INTEGER NOT NULL,
    row_count INTEGER NOT NULL,
    digest BLOB NOT NULL
);
CREATE INDEX log_block_entry ON log_block (entry_id);
CREATE INDEX log_block_first ON log_block (table_name, first_id);

-- SQLite only from here: full text over folded words, digits inside numbers, and the vocabulary. Words are
-- folded and split before they come here; the ascii tokenizer leaves every other letter as it is.
CREATE VIRTUAL TABLE search_word USING fts5 (
    body, content = '', contentless_delete = 1, detail = none, prefix = '1 2 3', tokenize = 'ascii'
);
CREATE VIRTUAL TABLE search_vocabulary USING fts5vocab (search_word, row);
CREATE VIRTUAL TABLE search_digit USING fts5 (
    body, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram'
);
CREATE TABLE search_token (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    token TEXT NOT NULL UNIQUE
);
CREATE VIRTUAL TABLE search_token_part USING fts5 (
    body, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram'
);
