-- Which lines have which single offers: schedules go by it. Of one whose end is known before its beginning, only that is
-- here.
CREATE TABLE subscription (
    bundle_id      uuid        NOT NULL,
    service_number text        NOT NULL,
    offer          text,
    since          timestamptz,
    until          timestamptz,
    PRIMARY KEY (bundle_id, service_number),
    CHECK (num_nulls(offer, since) IN (0, 2)),
    CHECK (num_nulls(since, until) < 2)
);

CREATE INDEX subscription_offer ON subscription (offer, service_number);
CREATE INDEX subscription_number ON subscription (service_number);

-- When schedules are due next, and how far they have come.
CREATE TABLE schedule_run (
    schedule     text        PRIMARY KEY,
    -- The days and the time by which it was found.
    rule         text        NOT NULL,
    due_at       timestamptz NOT NULL,
    after_offer  text        NOT NULL DEFAULT '',
    after_number text        NOT NULL DEFAULT ''
);

-- Dates that customers have told of their lines, such as the end of an insurance.
CREATE TABLE noted_date (
    service_number text NOT NULL,
    name           text NOT NULL,
    date           date NOT NULL,
    PRIMARY KEY (service_number, name)
);

CREATE INDEX noted_date_due ON noted_date (name, date);

-- Of which dates lines have been told by which schedules.
CREATE TABLE reminder (
    service_number text NOT NULL,
    schedule       text NOT NULL,
    date           date NOT NULL,
    PRIMARY KEY (service_number, schedule, date)
);

-- What is ordered once its sender says yes, a question for each number that it is asked from.
CREATE TABLE asked_question (
    recipient  text        NOT NULL,
    sender     text        NOT NULL,
    action     text        NOT NULL,
    offer      text        NOT NULL,
    asked_at   timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (recipient, sender)
);

-- How many messages campaigns have sent in the span of time that is.
CREATE TABLE campaign_span (
    campaign text        PRIMARY KEY,
    began_at timestamptz NOT NULL,
    sent     bigint      NOT NULL CHECK (sent >= 0)
);

-- The number from which a message is sent; NULL: the gateway's own.
ALTER TABLE notification ADD COLUMN sender text;
