-- Whose the calls of a moment are is told by the index alone: the calls of twenty people at one time lie far
-- apart, and a list of one member's or the search for the twin of an imported call reads only his.
DROP INDEX IF EXISTS call_started;
CREATE INDEX call_moment ON call (started_at, id, member_id);
