-- What an account has used in a cycle: everything that rating a record leaves for the next. Whoever rates, or changes
-- what rating goes by, locks the row.
CREATE TABLE account_cycle (
    account_no        bigint      NOT NULL REFERENCES account (account_no),
    cycle             date        NOT NULL CHECK (extract(day FROM cycle) = 1),
    -- The catalogue by which the whole cycle is rated.
    catalogue_version text        NOT NULL,
    -- Of the account, by which terms the next record is rated.
    revision          bigint      NOT NULL,
    counters          bytea       NOT NULL DEFAULT '',
    charge_milliyuan  bigint      NOT NULL DEFAULT 0,
    records           bigint      NOT NULL DEFAULT 0,
    -- The end of the latest record.
    last_ended_at     timestamptz,
    -- Records that ended at this time or later have to be rated again; since when, by the wall clock.
    pending_from      timestamptz,
    pending_since     timestamptz,
    -- What was used when it was billed: late usage counts from there.
    billed_counters   bytea,
    -- That its charges are abnormally high has been told.
    is_high           boolean     NOT NULL DEFAULT false,
    -- Counts the changes of the row: whoever has read it knows whether it is still so.
    version           bigint      NOT NULL DEFAULT 1,
    PRIMARY KEY (account_no, cycle),
    CHECK ((pending_from IS NULL) = (pending_since IS NULL))
) WITH (fillfactor = 70);

CREATE INDEX account_cycle_pending ON account_cycle (pending_since) WHERE pending_since IS NOT NULL;

-- Terms with places in place of numbers and ids: what accounts have in common that have ordered alike.
CREATE TABLE terms_shape (
    shape_no bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    form     text   NOT NULL
);

CREATE UNIQUE INDEX terms_shape_form ON terms_shape (md5(form));

-- What an account's cycle is rated by, so that it need not be found out of all its orders each time; of a former revision
-- it is worth nothing.
CREATE TABLE cycle_terms (
    account_no bigint NOT NULL,
    cycle      date   NOT NULL,
    revision   bigint NOT NULL,
    shape_no   bigint NOT NULL REFERENCES terms_shape,
    -- What belongs in the places.
    numbers    text[] NOT NULL,
    ids        text[] NOT NULL,
    PRIMARY KEY (account_no, cycle)
);

-- Usage records with their results, a partition for each cycle: one that is old enough is detached.
CREATE TABLE usage_record (
    cycle            date        NOT NULL,
    usage_id         uuid        NOT NULL,
    account_no       bigint      NOT NULL,
    ended_at         timestamptz NOT NULL,
    -- The record as it was sent, and its result, in forms of the service's own: see UsageForms.
    content          bytea       NOT NULL,
    result           bytea       NOT NULL,
    charge_milliyuan bigint      NOT NULL,
    -- Counts what was told of it.
    sequence         bigint      NOT NULL DEFAULT 1 CHECK (sequence > 0),
    -- 1: it came when its cycle was billed, and waits for the next bill; 2: that has it.
    lateness         smallint    NOT NULL DEFAULT 0 CHECK (lateness BETWEEN 0 AND 2),
    PRIMARY KEY (cycle, usage_id)
) PARTITION BY RANGE (cycle);

CREATE INDEX usage_record_account ON usage_record (account_no, ended_at);
CREATE INDEX usage_record_late ON usage_record (account_no) WHERE lateness = 1;

-- Makes the partition of a cycle where there is none.
CREATE FUNCTION open_usage_cycle(first_day date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    name text := 'usage_record_' || to_char(first_day, 'YYYY_MM');
BEGIN
    IF to_regclass(quote_ident(current_schema()) || '.' || quote_ident(name)) IS NULL THEN
        PERFORM pg_advisory_xact_lock(hashtextextended(current_schema() || '.' || name, 0));
        EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF usage_record FOR VALUES FROM (%L) TO (%L)',
                       name, first_day, first_day + interval '1 month');
    END IF;
END $$;

-- Takes the partition of a cycle out of the table, for who moves it elsewhere: once nothing in it can change any more.
CREATE FUNCTION detach_usage_cycle(first_day date) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    name text := 'usage_record_' || to_char(first_day, 'YYYY_MM');
BEGIN
    IF EXISTS (SELECT FROM account WHERE billed_through < first_day + interval '1 month') THEN
        RAISE EXCEPTION 'accounts are not billed for the cycle after % yet', first_day USING ERRCODE = '55000';
    END IF;
    EXECUTE format('ALTER TABLE usage_record DETACH PARTITION %I', name);
    RETURN name;
END $$;

-- The prices and allowances that results name, each once.
CREATE TABLE provision (
    provision_no     bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    rule             text   NOT NULL,
    source           text   NOT NULL,
    subject          text   NOT NULL,
    subject_path     text[] NOT NULL,
    price_milliyuan  bigint NOT NULL,
    step             bigint NOT NULL CHECK (step > 0),
    allowance        text   NOT NULL DEFAULT '',
    UNIQUE (rule, source, subject, subject_path, price_milliyuan, step, allowance)
);

-- Records that were not rated, and why not: until the same id is rated.
CREATE TABLE usage_rejection (
    usage_id       uuid        PRIMARY KEY,
    service_number text        NOT NULL,
    account_id     text,
    code           text        NOT NULL,
    message        text        NOT NULL,
    -- As it was sent.
    record         jsonb       NOT NULL,
    rejected_at    timestamptz NOT NULL,
    times          bigint      NOT NULL DEFAULT 1
);

CREATE INDEX usage_rejection_account ON usage_rejection (account_id) WHERE code = 'ACCOUNT_PARKED';
CREATE INDEX usage_rejection_number ON usage_rejection (service_number, usage_id);
