-- What a ticket's history comes to, for lists, timers and statistics: everything in it can be made of the entries again.
CREATE TABLE ticket (
    complaint_id      uuid        PRIMARY KEY,
    channel           text        NOT NULL,
    external_id       text        NOT NULL,
    customer_id       text        NOT NULL,
    service_number    text,
    account_id        text,
    tier              text        NOT NULL,
    category          text        NOT NULL,
    sub_category      text,
    area              text        NOT NULL,
    queue             text        NOT NULL,
    owner             text,
    first_owner       text        NOT NULL,
    level             text        NOT NULL,
    state             text        NOT NULL CHECK (state IN (
        'acknowledged', 'inProgress', 'pending', 'resolved', 'closed', 'rejected', 'cancelled')),
    submitted_at      timestamptz NOT NULL,
    first_reply_at    timestamptz,
    resolved_at       timestamptz,
    closed_at         timestamptz,
    -- The clocks whose deadlines were missed.
    missed            text[]      NOT NULL DEFAULT '{}',
    warned            boolean     NOT NULL DEFAULT false,
    reopenings        integer     NOT NULL DEFAULT 0,
    score             smallint    CHECK (score BETWEEN 1 AND 5),
    problem_id        uuid,
    -- The nearest deadline of those that run.
    due_at            timestamptz,
    -- When something falls due next.
    next_at           timestamptz,
    catalogue_version text        NOT NULL,
    entries           integer     NOT NULL CHECK (entries > 0),
    head_hash         bytea       NOT NULL CHECK (octet_length(head_hash) = 32)
) WITH (fillfactor = 80);

CREATE INDEX ticket_next_at ON ticket (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX ticket_due_at ON ticket (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX ticket_state ON ticket (state, complaint_id);
CREATE INDEX ticket_owner ON ticket (owner, complaint_id) WHERE owner IS NOT NULL;
CREATE INDEX ticket_customer ON ticket (customer_id, complaint_id);
CREATE INDEX ticket_submitted_at ON ticket (submitted_at);
CREATE INDEX ticket_problem ON ticket (problem_id) WHERE problem_id IS NOT NULL;
-- Those that may be one problem.
CREATE INDEX ticket_group ON ticket (category, area, submitted_at)
 WHERE problem_id IS NULL AND state IN ('acknowledged', 'inProgress', 'pending');
-- To which further complaints are linked.
CREATE INDEX ticket_open ON ticket (customer_id, category, service_number)
 WHERE state IN ('acknowledged', 'inProgress', 'pending');

-- All that has happened to a ticket: who, when, what, and what it was before. Times are business time.
CREATE TABLE ticket_entry (
    complaint_id uuid        NOT NULL REFERENCES ticket,
    -- From 0, without gaps.
    position     integer     NOT NULL CHECK (position >= 0),
    at           timestamptz NOT NULL,
    by           text        NOT NULL,
    kind         text        NOT NULL,
    -- Of the ticket after it.
    state        text        NOT NULL,
    -- JSON, its members in the order of their names: the text is hashed.
    content      text        NOT NULL,
    -- Of this entry and of the hash before it.
    hash         bytea       NOT NULL CHECK (octet_length(hash) = 32),
    PRIMARY KEY (complaint_id, position)
);

CREATE FUNCTION refuse_change_of_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of tickets is never changed' USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER ticket_entry_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON ticket_entry
   FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_history();

-- Under which ids channels have submitted what.
CREATE TABLE submission (
    channel      text  NOT NULL,
    external_id  text  NOT NULL,
    digest       bytea NOT NULL,
    complaint_id uuid  NOT NULL,
    PRIMARY KEY (channel, external_id)
);

-- Other content under ids that were taken: answered once.
CREATE TABLE conflicting_submission (
    channel      text        NOT NULL,
    external_id  text        NOT NULL,
    digest       bytea       NOT NULL,
    complaint_id uuid        NOT NULL,
    rejected_at  timestamptz NOT NULL,
    PRIMARY KEY (channel, external_id, digest)
);

CREATE TABLE complaint_command (
    command_id   uuid        PRIMARY KEY,
    complaint_id uuid        NOT NULL,
    command      text        NOT NULL,
    by           text        NOT NULL,
    received_at  timestamptz NOT NULL,
    refusal      text
);

CREATE TABLE refund (
    refund_id    uuid PRIMARY KEY,
    complaint_id uuid NOT NULL REFERENCES ticket
);

-- Each usage record is refunded at most once.
CREATE TABLE refunded_usage (
    usage_id  uuid PRIMARY KEY,
    refund_id uuid NOT NULL REFERENCES refund
);

CREATE INDEX refunded_usage_refund ON refunded_usage (refund_id);

CREATE TABLE problem (
    problem_id     uuid        PRIMARY KEY,
    category       text        NOT NULL,
    area           text        NOT NULL,
    state          text        NOT NULL CHECK (state IN ('open', 'resolved')),
    opened_at      timestamptz NOT NULL,
    last_joined_at timestamptz NOT NULL,
    resolved_at    timestamptz,
    complaints     bigint      NOT NULL CHECK (complaints > 0)
);

CREATE INDEX problem_open ON problem (category, area, last_joined_at) WHERE state = 'open';

-- What is learned from other services, for the evidence of complaints.
CREATE TABLE known_order (
    order_id    uuid PRIMARY KEY,
    customer_id text NOT NULL,
    account_id  text NOT NULL,
    offer       text NOT NULL,
    action      text NOT NULL,
    state       text NOT NULL
);

CREATE INDEX known_order_customer ON known_order (customer_id);

CREATE TABLE failed_work_order (
    work_order_id uuid        PRIMARY KEY,
    order_id      uuid        NOT NULL,
    type          text        NOT NULL,
    code          text        NOT NULL,
    message       text        NOT NULL,
    failed_at     timestamptz NOT NULL
);

CREATE INDEX failed_work_order_order ON failed_work_order (order_id);

CREATE TABLE known_account (
    account_id  text PRIMARY KEY,
    customer_id text NOT NULL
);

CREATE INDEX known_account_customer ON known_account (customer_id);

CREATE TABLE known_line (
    service_number text        NOT NULL,
    account_id     text        NOT NULL,
    offer          text,
    plan           text,
    attached_at    timestamptz NOT NULL,
    detached_at    timestamptz,
    PRIMARY KEY (service_number, account_id)
);

-- The last three of each account.
CREATE TABLE known_bill (
    account_id            text        NOT NULL,
    cycle                 date        NOT NULL,
    bill_id               uuid        NOT NULL,
    total_milliyuan       bigint      NOT NULL,
    outstanding_milliyuan bigint      NOT NULL,
    issued_at             timestamptz NOT NULL,
    PRIMARY KEY (account_id, cycle)
);
