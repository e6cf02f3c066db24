-- Whoever pays. What its terms follow from is in the tables below; every change of these counts the revision up.
CREATE TABLE account (
    account_id       text        PRIMARY KEY,
    -- Short, for the rows of which there are many.
    account_no       bigint      GENERATED ALWAYS AS IDENTITY UNIQUE,
    customer_id      text,
    public_ledger_id uuid        NOT NULL UNIQUE,
    order_id         uuid,
    opened_at        timestamptz NOT NULL,
    revision         bigint      NOT NULL DEFAULT 1 CHECK (revision > 0),
    -- The last cycle that it has been billed for: the next one is billed when it is over.
    billed_through   date        NOT NULL CHECK (extract(day FROM billed_through) = 1),
    -- Lines that credit control has stopped together, and the order that did so.
    stopped_numbers  text[],
    stop_order       text,
    -- Of the last bills, with which the charges of an open cycle are compared; NULL while there are too few.
    mean_bill_milliyuan bigint,
    -- Its data contradict each other: it is left alone, and tried again at a time of the wall clock.
    parked_code      text,
    parked_reason    text,
    parked_at        timestamptz,
    parked_until     timestamptz,
    CHECK (num_nulls(parked_code, parked_reason, parked_at, parked_until) IN (0, 4))
) WITH (fillfactor = 80);

CREATE INDEX account_billed_through ON account (billed_through) WHERE parked_code IS NULL;
CREATE INDEX account_parked ON account (parked_until) WHERE parked_until IS NOT NULL;

-- Which account a line belongs to, and when.
CREATE TABLE line_owner (
    service_number text        NOT NULL,
    attached_at    timestamptz NOT NULL,
    account_no     bigint      NOT NULL REFERENCES account (account_no),
    product        text        NOT NULL,
    detached_at    timestamptz,
    -- Value-added services that it brought with it.
    services       text[]      NOT NULL DEFAULT '{}',
    PRIMARY KEY (service_number, attached_at),
    CHECK (detached_at > attached_at)
);

CREATE INDEX line_owner_account ON line_owner (account_no);
-- A line has one owner at a time.
CREATE UNIQUE INDEX line_owner_current ON line_owner (service_number) WHERE detached_at IS NULL;

-- What an order has put into effect, whatever it was. Of one whose end is known before its beginning, only that is here.
CREATE TABLE agreement (
    agreement_id uuid        PRIMARY KEY,
    account_no   bigint      REFERENCES account (account_no),
    order_id     uuid,
    offer        text,
    term         text,
    payment      text,
    effective_at timestamptz,
    ended_at     timestamptz,
    CHECK (num_nulls(account_no, order_id, offer, effective_at) IN (0, 4)),
    CHECK (num_nulls(effective_at, ended_at) < 2)
);

CREATE INDEX agreement_account ON agreement (account_no);

CREATE TABLE agreement_member (
    agreement_id   uuid    NOT NULL REFERENCES agreement,
    position       integer NOT NULL CHECK (position >= 0),
    service_number text    NOT NULL,
    product        text    NOT NULL,
    is_main        boolean NOT NULL,
    role           text    NOT NULL CHECK (role IN ('included', 'sharedTerminal', 'networkTerminal', 'leaving')),
    new_plan       text,
    extra_plan     text,
    services       text[]  NOT NULL,
    options        text[]  NOT NULL,
    PRIMARY KEY (agreement_id, position)
);

CREATE INDEX agreement_member_number ON agreement_member (service_number);

-- Lines that are stopped, and started again.
CREATE TABLE line_stop (
    service_number text        NOT NULL,
    at             timestamptz NOT NULL,
    is_stopped     boolean     NOT NULL,
    PRIMARY KEY (service_number, at, is_stopped)
);

-- Lines that have ended: also where that is known before what they were.
CREATE TABLE line_closure (
    service_number text        NOT NULL,
    at             timestamptz NOT NULL,
    PRIMARY KEY (service_number, at)
);
