-- Who waits to be called back is counted from the index alone, without a look at each missed call.
DROP INDEX IF EXISTS call_back_open;
CREATE INDEX call_back_waiting ON call_back (started_at, return_s, customer_id, e164) WHERE return_s IS NULL;
