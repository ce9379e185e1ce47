-- What a note tells of (a plain one has no kind), and the call it was written to. The call may be gone
-- since: a withdrawn consent takes imported calls, and leaves what people typed.
ALTER TABLE contact_note ADD COLUMN kind TEXT CHECK (kind IN ('meeting', 'email', 'call'));
ALTER TABLE contact_note ADD COLUMN call_id INTEGER;
CREATE INDEX contact_note_call ON contact_note (call_id) WHERE call_id IS NOT NULL;
-- Calls entered by hand are few beside imported ones, and an import asks for them.
CREATE INDEX call_by_hand ON call (member_id) WHERE import_run_id IS NULL;
