-- A service number with work orders: whatever happens to one of them happens under the lock of this row.
CREATE TABLE lane (
    service_number text   PRIMARY KEY,
    -- Work orders that want a command in flight, in the order in which they got ready. The first has it.
    queue          uuid[] NOT NULL
) WITH (fillfactor = 70);

CREATE TABLE work_order (
    work_order_id       uuid        PRIMARY KEY,
    order_id            uuid        NOT NULL,
    type                text        NOT NULL,
    product             text        NOT NULL,
    member_ref          text        NOT NULL,
    service_number      text        NOT NULL REFERENCES lane,
    parameters          jsonb       NOT NULL,
    -- The completed work order that this one undoes.
    compensates         uuid,
    catalogue_version   text,
    state               text        NOT NULL CHECK (state IN (
                                        'queued', 'inProgress', 'completed', 'failed', 'cancelled')),
    -- Business times.
    issued_at           timestamptz NOT NULL,
    due_at              timestamptz NOT NULL,
    jeopardy_at         timestamptz,
    jeopardy            text        CHECK (jeopardy IN ('targetNear', 'targetMissed')),
    started_at          timestamptz,
    ended_at            timestamptz,
    cancel_requested_at timestamptz,
    failure_task        text,
    failure_code        text,
    failure_message     text,
    CHECK (state <> 'queued' OR started_at IS NULL),
    CHECK (state <> 'inProgress' OR started_at IS NOT NULL),
    CHECK ((state IN ('completed', 'failed', 'cancelled')) = (ended_at IS NOT NULL)),
    CHECK (ended_at IS NULL OR jeopardy_at IS NULL),
    CHECK ((state = 'failed') = (failure_code IS NOT NULL)),
    CHECK (num_nulls(failure_task, failure_code, failure_message) IN (0, 3))
) WITH (fillfactor = 80);

-- The timer of the target.
CREATE INDEX work_order_jeopardy ON work_order (jeopardy_at) WHERE jeopardy_at IS NOT NULL;
CREATE INDEX work_order_open ON work_order (due_at, work_order_id) WHERE state IN ('queued', 'inProgress');
CREATE INDEX work_order_not_done ON work_order (state, work_order_id) WHERE state IN ('failed', 'cancelled');

CREATE TABLE work_task (
    work_order_id uuid        NOT NULL REFERENCES work_order,
    position      integer     NOT NULL CHECK (position >= 0),
    -- Also the id of its command.
    task_id       uuid        NOT NULL,
    name          text        NOT NULL,
    parameters    jsonb       NOT NULL,
    awaits_report boolean     NOT NULL,
    state         text        NOT NULL CHECK (state IN (
                                  'waiting', 'ready', 'sent', 'backingOff', 'awaitingReport', 'succeeded', 'failed',
                                  'dropped')),
    attempts      integer     NOT NULL CHECK (attempts >= 0),
    -- By the wall clock.
    first_sent_at timestamptz,
    timer_at      timestamptz,
    -- By the business clock.
    begun_at      timestamptz,
    ended_at      timestamptz,
    code          text,
    message       text,
    PRIMARY KEY (work_order_id, position),
    CHECK ((attempts = 0) = (first_sent_at IS NULL)),
    CHECK ((state IN ('sent', 'backingOff')) = (timer_at IS NOT NULL)),
    CHECK ((state IN ('succeeded', 'failed', 'dropped')) = (ended_at IS NOT NULL))
);

-- The timer of commands (sent), and of delays (backingOff).
CREATE INDEX work_task_timer ON work_task (state, timer_at) WHERE timer_at IS NOT NULL;

-- What went otherwise than by one command and one answer: attempts after which another follows, and answers
-- without effect. The work order of such an answer may be unknown.
CREATE TABLE incident (
    work_order_id   uuid        NOT NULL,
    incident_id     bigint      GENERATED ALWAYS AS IDENTITY,
    command_id      uuid        NOT NULL,
    kind            text        NOT NULL CHECK (kind IN (
                                    'attemptFailed', 'lateAnswer', 'repeatedAnswer', 'unknownCommand')),
    -- By the wall clock.
    at              timestamptz NOT NULL,
    attempt         integer,
    next_attempt_at timestamptz,
    -- What the answer said.
    status          text        CHECK (status IN ('succeeded', 'failed', 'rejected')),
    code            text,
    message         text,
    PRIMARY KEY (work_order_id, incident_id),
    CHECK ((kind = 'attemptFailed') = (attempt IS NOT NULL)),
    CHECK ((kind = 'attemptFailed') = (next_attempt_at IS NOT NULL)),
    CHECK ((kind = 'attemptFailed') = (status IS NULL))
);
