-- What became of the calls of a log that were not stored, by reason, for the list of past imports. Counts
-- only: nothing says whose calls they were. Empty for imports made before; an empty column leaves the digest
-- of an older row as it is.

ALTER TABLE import_run ADD COLUMN not_stored INTEGER;
ALTER TABLE import_run ADD COLUMN ambiguous INTEGER;
ALTER TABLE import_run ADD COLUMN own_numbers INTEGER;
ALTER TABLE import_run ADD COLUMN internal INTEGER;
ALTER TABLE import_run ADD COLUMN no_consent INTEGER;
ALTER TABLE import_run ADD COLUMN left_out INTEGER;
