import Postgres

/// Tables with the columns and indexes of the services' own, in a schema that is dropped again.
enum CeilingSchema {
    static let create = """
        DROP SCHEMA IF EXISTS bench CASCADE;
        CREATE SCHEMA bench;
        CREATE TABLE bench.orders (
            order_id          uuid PRIMARY KEY,
            external_id       text        NOT NULL,
            channel           text        NOT NULL,
            account_id        text        NOT NULL,
            offer             text        NOT NULL,
            state             text        NOT NULL,
            content           jsonb       NOT NULL,
            catalogue_version text        NOT NULL,
            acknowledged_at   timestamptz NOT NULL,
            completed_at      timestamptz,
            effective_at      timestamptz,
            UNIQUE (channel, external_id)
        );
        CREATE INDEX ON bench.orders (account_id);
        CREATE INDEX ON bench.orders (effective_at) WHERE state = 'pending';
        CREATE TABLE bench.order_work_orders (
            work_order_id  uuid PRIMARY KEY,
            order_id       uuid        NOT NULL,
            type           text        NOT NULL,
            product        text        NOT NULL,
            member_ref     text        NOT NULL,
            service_number text        NOT NULL,
            parameters     jsonb       NOT NULL,
            depends_on     uuid[]      NOT NULL,
            state          text        NOT NULL,
            due_at         timestamptz NOT NULL,
            issued_at      timestamptz,
            ended_at       timestamptz
        );
        CREATE INDEX ON bench.order_work_orders (order_id);
        CREATE TABLE bench.work_orders (
            work_order_id  uuid PRIMARY KEY,
            order_id       uuid        NOT NULL,
            type           text        NOT NULL,
            service_number text        NOT NULL,
            parameters     jsonb       NOT NULL,
            state          text        NOT NULL,
            due_at         timestamptz NOT NULL,
            started_at     timestamptz,
            ended_at       timestamptz
        );
        CREATE TABLE bench.tasks (
            task_id       uuid PRIMARY KEY,
            work_order_id uuid        NOT NULL,
            command_id    uuid        NOT NULL,
            system        text        NOT NULL,
            operation     text        NOT NULL,
            state         text        NOT NULL,
            attempts      int         NOT NULL,
            deadline      timestamptz
        );
        CREATE INDEX ON bench.tasks (work_order_id);
        CREATE INDEX ON bench.tasks (deadline) WHERE state = 'sent';
        CREATE TABLE bench.outbox (
            outbox_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            topic       text        NOT NULL,
            key         bytea,
            headers     bytea,
            value       bytea,
            appended_at timestamptz NOT NULL
        );
        CREATE INDEX ON bench.outbox USING brin (appended_at);
        CREATE TABLE bench.outbox_pending (outbox_id bigint PRIMARY KEY)
            WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
                  autovacuum_vacuum_cost_delay = 0)
        """

    static let empty = """
        TRUNCATE bench.orders, bench.order_work_orders, bench.work_orders, bench.tasks, bench.outbox,
                 bench.outbox_pending
        """

    static let drop = "DROP SCHEMA IF EXISTS bench CASCADE"

    /// Plans by index, as the services' own statements get; and nothing faster than what survives a crash.
    static let settings = PostgresConfiguration.keyedStatements.merging(["synchronous_commit": "on"]) { $1 }
}
