-- Whom to tell: lines and their accounts, as Rating tells them.
CREATE TABLE contact (
    service_number text        NOT NULL,
    account_id     text        NOT NULL,
    product        text        NOT NULL,
    is_main        boolean     NOT NULL,
    attached_at    timestamptz NOT NULL,
    detached_at    timestamptz,
    PRIMARY KEY (service_number, account_id, attached_at)
);

CREATE INDEX contact_account ON contact (account_id);

-- Whose accounts are, as orders tell it.
CREATE TABLE account_customer (
    account_id  text PRIMARY KEY,
    customer_id text NOT NULL
);

-- What is known of orders, whose later events say less.
CREATE TABLE known_order (
    order_id       uuid        PRIMARY KEY,
    account_id     text        NOT NULL,
    offer          text        NOT NULL,
    action         text        NOT NULL,
    channel        text        NOT NULL,
    -- Who is told: the sender of the text by which it was ordered, else the first of its lines that gets texts.
    service_number text,
    noted_at       timestamptz NOT NULL
);

-- Who wants no bulk messages.
CREATE TABLE opt_out (
    recipient text        PRIMARY KEY,
    since     timestamptz NOT NULL
);

-- Messages, each with all that became of it.
CREATE TABLE notification (
    notification_id uuid        PRIMARY KEY,
    -- In the order in which they were asked for.
    position        bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    dedupe_key      text        NOT NULL,
    recipient       text        NOT NULL,
    channel         text        NOT NULL,
    template        text        NOT NULL,
    language        text        NOT NULL,
    -- 0 urgent, 1 normal, 2 bulk.
    priority        smallint    NOT NULL CHECK (priority BETWEEN 0 AND 2),
    campaign        text,
    -- Erased after the time that the catalogue says; that it was sent stays.
    text            text,
    subject         text,
    parts           smallint    NOT NULL,
    state           text        NOT NULL,
    -- What it is about: a later one about the same takes its place while it waits.
    replace_key     text,
    hours           text        NOT NULL,
    asked_at        timestamptz NOT NULL,
    due_at          timestamptz NOT NULL,
    expires_at      timestamptz,
    -- Why it waited, in order: each reason with until when.
    waits           jsonb       NOT NULL DEFAULT '[]',
    attempts        integer     NOT NULL DEFAULT 0,
    -- Another attempt after one that the gateway could not take; by the wall clock.
    next_attempt_at timestamptz,
    -- Since when it is on its way to the gateway, which may have it; by the wall clock.
    claimed_at      timestamptz,
    -- The same by business time, for as long as it has not come back.
    handed_over_at  timestamptz,
    gateway_id      text,
    sent_at         timestamptz,
    ended_at        timestamptz,
    code            text,
    reason          text,
    -- The order or whatever else began it all.
    correlation_id  text
);

CREATE UNIQUE INDEX notification_dedupe_key ON notification (dedupe_key);
CREATE INDEX notification_recipient ON notification (recipient, position);
CREATE INDEX notification_waiting ON notification (priority, due_at, position) WHERE state = 'scheduled';
CREATE INDEX notification_waiting_recipient ON notification (recipient, priority, due_at, position)
 WHERE state IN ('scheduled', 'handingOver');
CREATE INDEX notification_claimed_at ON notification (claimed_at) WHERE state = 'handingOver';
CREATE INDEX notification_replace_key ON notification (replace_key)
 WHERE state = 'scheduled' AND replace_key IS NOT NULL;
CREATE INDEX notification_expires_at ON notification (expires_at) WHERE state = 'scheduled' AND expires_at IS NOT NULL;
-- What counts against a recipient's limit.
CREATE INDEX notification_handed_over ON notification (recipient, handed_over_at)
 WHERE priority > 0 AND handed_over_at IS NOT NULL;
CREATE INDEX notification_uncertain ON notification (handed_over_at) WHERE state = 'uncertain';
CREATE INDEX notification_texts ON notification (asked_at) WHERE text IS NOT NULL;

-- Texts that customers have sent, by the gateway's ids: one that comes again changes nothing.
CREATE TABLE received_message (
    message_id  text        PRIMARY KEY,
    sender      text        NOT NULL,
    -- What it has ordered.
    offer       text,
    action      text,
    received_at timestamptz NOT NULL
);
