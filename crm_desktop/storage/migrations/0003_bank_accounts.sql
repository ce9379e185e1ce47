-- Bank accounts: everything of an account is inside `sealed` (the confirmed value) and `pending` (a change
-- that waits for a second person), both under the class key `bank`; a box begins with the id of its key.
-- The lookup values are keyed hashes that only holders of that key can compute.

CREATE TABLE bank_account (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 4294967296),
    uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
    version INTEGER NOT NULL,
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    contact_id INTEGER NOT NULL REFERENCES contact (id),
    owner_uuid BLOB NOT NULL CHECK (length(owner_uuid) = 16),
    sealed BLOB,
    account_lookup BLOB,
    last_four_lookup BLOB,
    pending BLOB,
    pending_account_lookup BLOB,
    pending_last_four_lookup BLOB,
    CHECK (sealed IS NOT NULL OR pending IS NOT NULL)
);
CREATE INDEX bank_account_contact ON bank_account (contact_id, id);
CREATE INDEX bank_account_whole ON bank_account (account_lookup);
CREATE INDEX bank_account_last_four ON bank_account (last_four_lookup);
CREATE INDEX bank_account_pending_whole ON bank_account (pending_account_lookup);
CREATE INDEX bank_account_pending_last_four ON bank_account (pending_last_four_lookup);
