-- Work orders are cancelled with what they had done taken back, and issued again after a failure.
ALTER TABLE work_order
    ADD COLUMN issue_number integer NOT NULL DEFAULT 1 CHECK (issue_number > 0),
    DROP CONSTRAINT work_order_state_check,
    ADD CONSTRAINT work_order_state_check CHECK (state IN (
        'queued', 'inProgress', 'cancelling', 'completed', 'failed', 'cancelled'));

DROP INDEX work_order_open;
CREATE INDEX work_order_open ON work_order (due_at, work_order_id)
    WHERE state IN ('queued', 'inProgress', 'cancelling');

ALTER TABLE work_task
    -- Where it is not the task's own id any more.
    ADD COLUMN command_id   uuid,
    -- A command of a former issue was given up without an answer.
    ADD COLUMN is_uncertain boolean NOT NULL DEFAULT false,
    -- What takes the task back.
    ADD COLUMN undo         text,
    -- The task that this one takes back.
    ADD COLUMN undoes       uuid;
