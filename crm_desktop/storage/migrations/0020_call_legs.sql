-- Legs of one call that came in different files: each is a row of `call`, and the best of them stands for the
-- call. The others stand here and count nowhere, until the best is taken back. Made from the rows of `call`,
-- as roll-ups are. A key of 21 bytes names the call a leg belongs to in its 5th to 14th byte.
CREATE TABLE call_leg (
    call_id INTEGER PRIMARY KEY,
    shown_id INTEGER NOT NULL
);
CREATE INDEX call_of_leg ON call (substr(row_key, 5, 10)) WHERE length(row_key) = 21;
