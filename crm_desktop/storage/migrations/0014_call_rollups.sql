-- Roll-ups of calls, made from the rows of `call` and maintained in the same transaction: `verify` compares
-- them with a recount, and they can be made anew at any time. Calls of an import that is still running are
-- not in them. Days count from 1970-01-01, hours and months (yyyymm) are local, all in the organization's
-- time zone. `known` is 1 for calls with a customer: the others are seen with a right of their own.

CREATE TABLE call_day (
    day INTEGER NOT NULL,
    member_id INTEGER NOT NULL,
    direction TEXT NOT NULL,
    outcome TEXT NOT NULL,
    known INTEGER NOT NULL,
    n INTEGER NOT NULL,
    seconds INTEGER NOT NULL,
    PRIMARY KEY (day, member_id, direction, outcome, known)
) WITHOUT ROWID;

CREATE TABLE call_day_total (
    day INTEGER NOT NULL,
    direction TEXT NOT NULL,
    outcome TEXT NOT NULL,
    known INTEGER NOT NULL,
    n INTEGER NOT NULL,
    seconds INTEGER NOT NULL,
    PRIMARY KEY (day, direction, outcome, known)
) WITHOUT ROWID;

CREATE TABLE call_hour (
    day INTEGER NOT NULL,
    hour INTEGER NOT NULL,
    direction TEXT NOT NULL,
    outcome TEXT NOT NULL,
    known INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (day, hour, direction, outcome, known)
) WITHOUT ROWID;

CREATE TABLE customer_month (
    month INTEGER NOT NULL,
    customer_id INTEGER NOT NULL,
    n INTEGER NOT NULL,
    seconds INTEGER NOT NULL,
    PRIMARY KEY (month, customer_id)
) WITHOUT ROWID;
CREATE INDEX customer_month_most ON customer_month (month, n);
CREATE INDEX customer_month_none ON customer_month (month) WHERE n = 0;

-- A real call was answered and lasted. Quiet is who had four real calls or more and then none for twice
-- the mean time between them, and for two weeks at least.
CREATE TABLE customer_calls (
    customer_id INTEGER PRIMARY KEY,
    n INTEGER NOT NULL,
    last_at INTEGER,
    real_n INTEGER NOT NULL,
    first_real_at INTEGER,
    last_real_at INTEGER,
    quiet_at INTEGER GENERATED ALWAYS AS (
        CASE WHEN real_n >= 4
        THEN last_real_at + max(1209600, 2 * (last_real_at - first_real_at) / (real_n - 1)) END
    ) VIRTUAL
);
CREATE INDEX customer_calls_quiet ON customer_calls (quiet_at) WHERE quiet_at IS NOT NULL;
CREATE INDEX customer_calls_none ON customer_calls (customer_id) WHERE n = 0;

-- Calls that wait, or waited, for a real call: incoming and missed, voicemail, rejected or busy, of a
-- customer or of a number. `return_s`: seconds to the first real call after it, with either.
CREATE TABLE call_back (
    call_id INTEGER PRIMARY KEY,
    started_at INTEGER NOT NULL,
    customer_id INTEGER,
    e164 TEXT,
    return_s INTEGER
);
CREATE INDEX call_back_open ON call_back (started_at) WHERE return_s IS NULL;
CREATE INDEX call_back_customer ON call_back (customer_id, started_at) WHERE customer_id IS NOT NULL;
CREATE INDEX call_back_number ON call_back (e164, started_at) WHERE customer_id IS NULL;
CREATE INDEX call_back_returned ON call_back (started_at, return_s, customer_id) WHERE return_s IS NOT NULL;
