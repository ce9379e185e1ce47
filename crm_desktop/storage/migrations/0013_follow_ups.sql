-- Follow-ups, and how often one wants to be in touch. A call's id is kept although the call may go: ids are
-- never used again, and without its row it says nothing.

CREATE TABLE follow_up (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
    version INTEGER NOT NULL,
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    contact_id INTEGER REFERENCES contact (id),
    call_id INTEGER,
    what TEXT NOT NULL CHECK (what <> ''),
    due_on TEXT NOT NULL,
    due_time TEXT,
    assignee_id INTEGER NOT NULL REFERENCES member (id),
    created_at INTEGER NOT NULL,
    created_by INTEGER NOT NULL REFERENCES member (id),
    repeat_every INTEGER CHECK (repeat_every > 0),
    repeat_unit TEXT,
    repeat_from TEXT,
    series BLOB,
    done_at INTEGER,
    done_by INTEGER REFERENCES member (id),
    outcome TEXT
);
CREATE INDEX follow_up_due ON follow_up (due_on, due_time, id) WHERE done_at IS NULL;
CREATE INDEX follow_up_done ON follow_up (done_at, id) WHERE done_at IS NOT NULL;
CREATE INDEX follow_up_contact ON follow_up (contact_id, coalesce(done_at, created_at), id)
    WHERE contact_id IS NOT NULL;

CREATE TABLE keep_in_touch (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
    version INTEGER NOT NULL,
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    contact_id INTEGER UNIQUE REFERENCES contact (id),
    tag_id INTEGER UNIQUE REFERENCES tag (id),
    every INTEGER NOT NULL CHECK (every > 0),
    unit TEXT NOT NULL,
    CHECK ((contact_id IS NULL) <> (tag_id IS NULL))
);
