-- Money that is kept apart.
CREATE TABLE ledger (
    ledger_id         uuid        PRIMARY KEY,
    account_no        bigint      NOT NULL REFERENCES account (account_no),
    is_public         boolean     NOT NULL,
    opened_at         timestamptz NOT NULL,
    -- For whose charges, for which subjects (by their first levels), until when.
    service_number    text,
    subjects          jsonb       NOT NULL DEFAULT '[]',
    expires_at        timestamptz,
    agreement         text,
    balance_milliyuan bigint      NOT NULL DEFAULT 0 CHECK (balance_milliyuan >= 0)
) WITH (fillfactor = 80);

CREATE INDEX ledger_account ON ledger (account_no);
CREATE UNIQUE INDEX ledger_public ON ledger (account_no) WHERE is_public;

-- Every movement of money, in two or more entries whose sum is nothing. Never changed. A ledger's balance is the sum of
-- its entries; what an account owes is that of its receivable, with the other sign.
CREATE TABLE journal_entry (
    booked_at        timestamptz NOT NULL,
    movement_id      uuid        NOT NULL,
    position         integer     NOT NULL CHECK (position >= 0),
    account_no       bigint      NOT NULL,
    book             text        NOT NULL CHECK (book IN ('ledger', 'receivable', 'revenue', 'payments', 'credits')),
    ledger_id        uuid,
    subject          text[],
    amount_milliyuan bigint      NOT NULL CHECK (amount_milliyuan <> 0),
    cause            text        NOT NULL,
    reference        text        NOT NULL,
    PRIMARY KEY (booked_at, movement_id, position),
    CHECK ((book = 'ledger') = (ledger_id IS NOT NULL)),
    CHECK ((book = 'revenue') = (subject IS NOT NULL))
) PARTITION BY RANGE (booked_at);

CREATE INDEX journal_entry_account ON journal_entry (account_no, booked_at);

-- Makes the partition of the month of UTC in which something is booked, where there is none.
CREATE FUNCTION open_journal_month(booked_at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    first_day timestamptz := date_trunc('month', booked_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
    name text := 'journal_entry_' || to_char(first_day AT TIME ZONE 'UTC', 'YYYY_MM');
BEGIN
    IF to_regclass(quote_ident(current_schema()) || '.' || quote_ident(name)) IS NULL THEN
        PERFORM pg_advisory_xact_lock(hashtextextended(current_schema() || '.' || name, 0));
        EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF journal_entry FOR VALUES FROM (%L) TO (%L)', name,
                       first_day, (first_day AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC');
    END IF;
END $$;

-- The sums of the months that were taken out of the journal: balances go on from them.
CREATE TABLE journal_carried (
    month            date   NOT NULL,
    account_no       bigint NOT NULL,
    book             text   NOT NULL,
    ledger_id        uuid,
    amount_milliyuan bigint NOT NULL
);

CREATE INDEX journal_carried_ledger ON journal_carried (ledger_id);
CREATE INDEX journal_carried_account ON journal_carried (account_no);

-- Takes a month out of the journal, for who moves it elsewhere. Its movements have to be right: they are seen no more.
CREATE FUNCTION detach_journal_month(first_day date) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    name text := 'journal_entry_' || to_char(first_day, 'YYYY_MM');
BEGIN
    EXECUTE format('INSERT INTO journal_carried (month, account_no, book, ledger_id, amount_milliyuan)
                    SELECT %L, account_no, book, ledger_id, sum(amount_milliyuan) FROM %I
                     GROUP BY account_no, book, ledger_id', first_day, name);
    EXECUTE format('ALTER TABLE journal_entry DETACH PARTITION %I', name);
    RETURN name;
END $$;

-- What the journal said of itself when it was looked through last.
CREATE TABLE journal_check (
    only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    -- By the business clock.
    checked_at timestamptz NOT NULL,
    faults     bigint      NOT NULL,
    -- The first of them.
    sample     text[]      NOT NULL
);

CREATE TABLE bill (
    bill_id                    uuid        NOT NULL UNIQUE,
    account_no                 bigint      NOT NULL REFERENCES account (account_no),
    cycle                      date        NOT NULL,
    issued_at                  timestamptz NOT NULL,
    due_at                     timestamptz NOT NULL,
    main_number                text,
    total_milliyuan            bigint      NOT NULL,
    -- When it was issued, and now.
    outstanding_first          bigint      NOT NULL CHECK (outstanding_first >= 0),
    outstanding_milliyuan      bigint      NOT NULL CHECK (outstanding_milliyuan >= 0),
    overdue_at                 timestamptz,
    PRIMARY KEY (account_no, cycle)
) WITH (fillfactor = 80);

-- The timer of credit control.
CREATE INDEX bill_due ON bill (due_at) WHERE outstanding_milliyuan > 0 AND overdue_at IS NULL;
CREATE INDEX bill_outstanding ON bill (account_no) WHERE outstanding_milliyuan > 0;

CREATE TABLE bill_line (
    account_no       bigint  NOT NULL,
    cycle            date    NOT NULL,
    position         integer NOT NULL CHECK (position >= 0),
    subject          text[]  NOT NULL CHECK (cardinality(subject) = 3),
    service_number   text    NOT NULL,
    amount_milliyuan bigint  NOT NULL,
    unpaid_milliyuan bigint  NOT NULL CHECK (unpaid_milliyuan >= 0),
    PRIMARY KEY (account_no, cycle, position),
    FOREIGN KEY (account_no, cycle) REFERENCES bill
) WITH (fillfactor = 80);

-- Whoever pays says so once.
CREATE TABLE payment (
    payment_id  text        PRIMARY KEY,
    account_no  bigint      NOT NULL REFERENCES account (account_no),
    ledger_id   uuid        NOT NULL,
    content     bytea       NOT NULL,
    received_at timestamptz NOT NULL
);

-- Credits that somebody has granted. What is left of one goes on the next bill.
CREATE TABLE adjustment (
    adjustment_id    text        PRIMARY KEY,
    account_no       bigint      NOT NULL REFERENCES account (account_no),
    content          bytea       NOT NULL,
    rule             text        NOT NULL,
    subject          text[]      NOT NULL CHECK (cardinality(subject) = 3),
    service_number   text,
    amount_milliyuan bigint      NOT NULL CHECK (amount_milliyuan > 0),
    rest_milliyuan   bigint      NOT NULL CHECK (rest_milliyuan BETWEEN 0 AND amount_milliyuan),
    applied_at       timestamptz NOT NULL
) WITH (fillfactor = 80);

CREATE INDEX adjustment_open ON adjustment (account_no) WHERE rest_milliyuan > 0;

-- A usage record is refunded once.
CREATE TABLE refunded_usage (
    usage_id      uuid PRIMARY KEY,
    adjustment_id text NOT NULL REFERENCES adjustment
);

-- What the journal says of itself, a line for each thing that is wrong.
CREATE VIEW journal_fault (fault) AS
SELECT 'movement ' || movement_id || ' sums up to ' || sum(amount_milliyuan)
  FROM journal_entry
 GROUP BY movement_id
HAVING sum(amount_milliyuan) <> 0
 UNION ALL
SELECT 'what is carried of ' || month || ' sums up to ' || sum(amount_milliyuan)
  FROM journal_carried
 GROUP BY month
HAVING sum(amount_milliyuan) <> 0
 UNION ALL
SELECT 'ledger ' || l.ledger_id || ' has ' || l.balance_milliyuan || ', its entries ' || l.booked
  FROM (SELECT l.ledger_id, l.balance_milliyuan,
               (SELECT COALESCE(sum(j.amount_milliyuan), 0) FROM journal_entry AS j
                 WHERE j.account_no = l.account_no AND j.ledger_id = l.ledger_id)
               + (SELECT COALESCE(sum(c.amount_milliyuan), 0) FROM journal_carried AS c
                   WHERE c.ledger_id = l.ledger_id) AS booked
          FROM ledger AS l) AS l
 WHERE l.balance_milliyuan <> l.booked
 UNION ALL
SELECT 'account ' || a.account_id || ' owes ' || a.outstanding || ', its entries ' || a.booked
  FROM (SELECT a.account_id,
               (SELECT COALESCE(sum(b.outstanding_milliyuan), 0) FROM bill AS b
                 WHERE b.account_no = a.account_no) AS outstanding,
               (SELECT -COALESCE(sum(j.amount_milliyuan), 0) FROM journal_entry AS j
                 WHERE j.account_no = a.account_no AND j.book = 'receivable')
               - (SELECT COALESCE(sum(c.amount_milliyuan), 0) FROM journal_carried AS c
                   WHERE c.account_no = a.account_no AND c.book = 'receivable') AS booked
          FROM account AS a) AS a
 WHERE a.outstanding <> a.booked
 UNION ALL
SELECT 'bill ' || b.bill_id || ' has lines of ' || COALESCE(sum(l.amount_milliyuan), 0) || ', unpaid '
       || COALESCE(sum(l.unpaid_milliyuan), 0)
  FROM bill AS b
  LEFT JOIN bill_line AS l
    ON l.account_no = b.account_no
   AND l.cycle = b.cycle
 GROUP BY b.bill_id, b.total_milliyuan, b.outstanding_milliyuan
HAVING b.total_milliyuan <> COALESCE(sum(l.amount_milliyuan), 0)
    OR b.outstanding_milliyuan <> COALESCE(sum(l.unpaid_milliyuan), 0);
