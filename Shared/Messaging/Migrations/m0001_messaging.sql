-- Where the service is in each partition that it has read: with the state, in the same transaction.
-- A record below next_offset has been handled; a record of another cluster is another log.
CREATE TABLE inbox_offset (
    topic       text   NOT NULL,
    partition   int    NOT NULL,
    cluster_id  text   NOT NULL,
    next_offset bigint NOT NULL CHECK (next_offset >= 0),
    PRIMARY KEY (topic, partition)
);

-- Records that wait for a later attempt, and those of the same key behind them.
CREATE TABLE parked_record (
    parked_id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic            text        NOT NULL,
    partition        int         NOT NULL,
    "offset"         bigint      NOT NULL,
    stamped_at       bigint      NOT NULL,
    key              text        NOT NULL,
    record_key       bytea,
    value            bytea,
    headers          bytea,
    attempts         int         NOT NULL DEFAULT 0,
    next_attempt_at  timestamptz NOT NULL,
    code             text        NOT NULL,
    reason           text        NOT NULL
);
CREATE INDEX parked_record_by_key ON parked_record (topic, key, parked_id);

-- Headers are length-prefixed names and values (HeaderCodec), since values are any bytes; NULL stands
-- for the one header of a structured event.

-- Every message that the service emits, kept for a while after it was published, in case that the
-- broker loses its log.
CREATE TABLE outbox (
    outbox_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic         text        NOT NULL,
    key           bytea,
    headers       bytea,
    value         bytea,
    appended_at   timestamptz NOT NULL
);
CREATE INDEX outbox_by_age ON outbox USING brin (appended_at);

-- Which of them are still to be published. Rows are deleted, never marked: marking leaves a trail of
-- dead index entries in front of the first live one.
CREATE TABLE outbox_pending (
    outbox_id bigint PRIMARY KEY
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);

-- One row: to which cluster the outbox was last published.
CREATE TABLE outbox_destination (
    only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    cluster_id text NOT NULL
);

-- One row: the last accepted setting of the business clock.
CREATE TABLE business_clock (
    only_row       boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    business_at    timestamptz NOT NULL,
    rate           int         NOT NULL CHECK (rate >= 0),
    wall_at        timestamptz NOT NULL
);
