-- Orders are cancelled, and their work orders undone, issued again and left out.
ALTER TABLE product_order
    DROP CONSTRAINT product_order_state_check,
    ADD CONSTRAINT product_order_state_check CHECK (state IN (
        'acknowledged', 'inProgress', 'held', 'pending', 'pendingCancellation', 'completed', 'partial', 'failed',
        'cancelled', 'rejected')),
    DROP CONSTRAINT product_order_bundle_id_key,
    ADD COLUMN cancel_requested_at  timestamptz,
    ADD COLUMN cancel_reason        text,
    -- The order by which a channel asked for it.
    ADD COLUMN cancelled_by         uuid REFERENCES product_order,
    ADD COLUMN cancel_fee_milliyuan bigint CHECK (cancel_fee_milliyuan >= 0),
    -- Of an order that cancels another one: that one, whose bundle it names.
    ADD COLUMN target_order_id      uuid REFERENCES product_order,
    ADD CHECK (num_nulls(cancel_requested_at, cancel_reason, cancel_fee_milliyuan) IN (0, 3)),
    ADD CHECK (state NOT IN ('pendingCancellation', 'cancelled', 'partial') OR cancel_requested_at IS NOT NULL);

-- One order puts a bundle into effect; others are about it.
CREATE UNIQUE INDEX product_order_bundle ON product_order (bundle_id) WHERE target_order_id IS NULL;

ALTER TABLE work_order
    DROP CONSTRAINT work_order_state_check,
    ADD CONSTRAINT work_order_state_check CHECK (state IN (
        'waiting', 'issued', 'inProgress', 'cancelling', 'completed', 'failed', 'cancelled', 'skipped')),
    ADD COLUMN issue_number integer NOT NULL DEFAULT 1 CHECK (issue_number > 0),
    -- The completed work order that this one undoes.
    ADD COLUMN compensates  uuid REFERENCES work_order,
    ADD COLUMN retry_at     timestamptz,
    ADD CHECK (retry_at IS NULL OR state = 'failed'),
    ADD CHECK (state <> 'cancelling' OR issued_at IS NOT NULL);

-- The timer of the fallout policy.
CREATE INDEX work_order_retry ON work_order (retry_at) WHERE retry_at IS NOT NULL;

ALTER TABLE timeline_entry DROP CONSTRAINT timeline_entry_kind_check;

-- What operators have asked for, whether or not it was done. A command that comes again is not done again.
CREATE TABLE order_command (
    command_id    uuid        PRIMARY KEY,
    order_id      uuid        NOT NULL,
    work_order_id uuid,
    command       text        NOT NULL,
    parameters    jsonb       NOT NULL,
    reason        text        NOT NULL,
    requested_by  text        NOT NULL,
    requested_at  timestamptz NOT NULL,
    -- Business time.
    received_at   timestamptz NOT NULL,
    refusal       text
);

CREATE INDEX order_command_order ON order_command (order_id);
