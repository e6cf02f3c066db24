-- Every order that was decided on, accepted or rejected.
CREATE TABLE product_order (
    order_id              uuid        PRIMARY KEY,
    channel               text        NOT NULL,
    external_id           text        NOT NULL CHECK (char_length(external_id) BETWEEN 1 AND 128),
    action                text        NOT NULL,
    offer                 text        NOT NULL,
    customer_id           text        NOT NULL,
    -- Business time of the decision.
    received_at           timestamptz NOT NULL,
    state                 text        NOT NULL CHECK (state IN (
                                          'acknowledged', 'inProgress', 'held', 'pending', 'completed', 'partial',
                                          'failed', 'cancelled', 'rejected')),
    state_since           timestamptz NOT NULL,
    -- Of an accepted order.
    account_id            text,
    bundle_id             uuid        UNIQUE,
    catalogue_version     text,
    effect                text        CHECK (effect IN ('immediate', 'within24Hours', 'firstOfNextMonth')),
    promised_effective_at timestamptz,
    expected_effective_at timestamptz,
    month_at_risk         boolean     NOT NULL DEFAULT false,
    completed_at          timestamptz,
    effective_at          timestamptz,
    -- Of a rejected one: [{"code", "path", "message"}].
    reasons               jsonb,
    UNIQUE (channel, external_id),
    CHECK ((state = 'rejected') = (reasons IS NOT NULL)),
    CHECK (state = 'rejected' OR num_nulls(account_id, bundle_id, catalogue_version, effect, promised_effective_at) = 0),
    CHECK (state NOT IN ('pending', 'completed') OR num_nulls(completed_at, effective_at) = 0),
    CHECK (effective_at >= completed_at)
) WITH (fillfactor = 80);

-- The timer of the effect.
CREATE INDEX product_order_effect ON product_order (effective_at, order_id) WHERE state = 'pending';
CREATE INDEX product_order_fallout ON product_order (state_since, order_id) WHERE state = 'held';
CREATE INDEX product_order_state ON product_order (state, order_id);
CREATE INDEX product_order_external ON product_order (external_id);
CREATE INDEX product_order_account ON product_order (account_id, order_id);

-- What was asked for, as canonical JSON without passwords: tells a repetition from other content. Text, because
-- what is rejected may hold characters that jsonb refuses. Apart, because the order is updated often and this never.
CREATE TABLE order_request (
    order_id uuid PRIMARY KEY REFERENCES product_order,
    request  text NOT NULL
);

-- Other content under an id that was taken: each is answered once.
CREATE TABLE conflicting_submission (
    channel     text        NOT NULL,
    external_id text        NOT NULL,
    digest      bytea       NOT NULL,
    order_id    uuid        NOT NULL,
    rejected_at timestamptz NOT NULL,
    PRIMARY KEY (channel, external_id, digest),
    FOREIGN KEY (channel, external_id) REFERENCES product_order (channel, external_id)
);

CREATE TABLE work_order (
    work_order_id   uuid        PRIMARY KEY,
    order_id        uuid        NOT NULL REFERENCES product_order,
    position        integer     NOT NULL CHECK (position >= 0),
    type            text        NOT NULL,
    product         text        NOT NULL,
    member_ref      text        NOT NULL,
    service_number  text        NOT NULL,
    parameters      jsonb       NOT NULL,
    depends_on      uuid[]      NOT NULL,
    target_seconds  bigint      NOT NULL CHECK (target_seconds >= 0),
    target_counting text        NOT NULL CHECK (target_counting IN ('calendar', 'working')),
    state           text        NOT NULL CHECK (state IN (
                                    'waiting', 'issued', 'inProgress', 'completed', 'failed', 'cancelled', 'skipped')),
    due_at          timestamptz NOT NULL,
    issued_at       timestamptz,
    started_at      timestamptz,
    ended_at        timestamptz,
    failure_code    text,
    failure_message text,
    jeopardy        text        CHECK (jeopardy IN ('targetNear', 'targetMissed')),
    UNIQUE (order_id, position),
    CHECK (state <> 'waiting' OR issued_at IS NULL),
    CHECK (state NOT IN ('issued', 'inProgress', 'completed', 'failed') OR issued_at IS NOT NULL),
    CHECK (state NOT IN ('completed', 'failed') OR ended_at IS NOT NULL),
    CHECK (state <> 'failed' OR failure_code IS NOT NULL)
) WITH (fillfactor = 80);

-- What an accepted order puts into effect: a bundle, or a single offer for some lines.
CREATE TABLE bundle (
    bundle_id    uuid        PRIMARY KEY,
    order_id     uuid        NOT NULL UNIQUE REFERENCES product_order,
    kind         text        NOT NULL CHECK (kind IN ('bundle', 'single')),
    offer        text        NOT NULL,
    customer_id  text        NOT NULL,
    account_id   text        NOT NULL,
    term         text        NOT NULL CHECK (term IN ('monthly', 'annual')),
    payment      text        NOT NULL CHECK (payment IN ('unified', 'individual')),
    state        text        NOT NULL CHECK (state IN ('pending', 'active', 'ended', 'cancelled')),
    effective_at timestamptz,
    ended_at     timestamptz,
    CHECK (state <> 'active' OR effective_at IS NOT NULL),
    CHECK (kind = 'single' OR payment = 'unified')
);

CREATE INDEX bundle_customer ON bundle (customer_id) WHERE state IN ('pending', 'active');

CREATE TABLE bundle_member (
    bundle_id      uuid    NOT NULL REFERENCES bundle,
    position       integer NOT NULL CHECK (position >= 0),
    ref            text    NOT NULL,
    product        text    NOT NULL,
    service_number text    NOT NULL,
    is_main        boolean NOT NULL,
    role           text    NOT NULL CHECK (role IN ('included', 'sharedTerminal', 'networkTerminal')),
    is_existing    boolean NOT NULL,
    -- The line's tariff once the order is in effect, and what is given beside it.
    next_plan      text,
    extra_plan     text,
    services       text[]  NOT NULL,
    speed_mbps     integer CHECK (speed_mbps > 0),
    PRIMARY KEY (bundle_id, position),
    UNIQUE (bundle_id, ref),
    UNIQUE (bundle_id, service_number)
);

CREATE UNIQUE INDEX bundle_member_main ON bundle_member (bundle_id) WHERE is_main;

-- A service number as the operator knows it.
CREATE TABLE line (
    service_number text    PRIMARY KEY,
    product        text    NOT NULL,
    state          text    NOT NULL CHECK (state IN ('reserved', 'active', 'suspended', 'closed')),
    plan           text,
    extra_plans    text[]  NOT NULL DEFAULT '{}',
    services       text[]  NOT NULL DEFAULT '{}',
    speed_mbps     integer CHECK (speed_mbps > 0),
    customer_id    text    NOT NULL,
    account_id     text    NOT NULL,
    -- The bundle that it belongs to, in effect or about to be; single offers leave it alone.
    bundle_id      uuid    REFERENCES bundle,
    -- The order whose work orders are under way on it.
    held_by        uuid    REFERENCES product_order,
    CHECK (state <> 'reserved' OR held_by IS NOT NULL)
) WITH (fillfactor = 80);

-- What happened and cannot be told from the columns above.
CREATE TABLE timeline_entry (
    order_id      uuid        NOT NULL REFERENCES product_order,
    entry_id      bigint      GENERATED ALWAYS AS IDENTITY,
    at            timestamptz NOT NULL,
    kind          text        NOT NULL CHECK (kind IN ('workOrder.retryScheduled', 'workOrder.jeopardy', 'order.jeopardy')),
    work_order_id uuid        REFERENCES work_order,
    detail        text        NOT NULL,
    PRIMARY KEY (order_id, entry_id)
);
