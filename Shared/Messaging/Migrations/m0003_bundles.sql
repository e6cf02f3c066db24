-- A row of the outbox may hold many events of one topic as one value (EventBundle): then `messages` says how many.
ALTER TABLE outbox ADD COLUMN messages bigint CHECK (messages > 0);
ALTER TABLE outbox_pending ADD COLUMN messages bigint NOT NULL DEFAULT 1;

-- Events of a bundle are much alike: lz4 makes them small at little cost, where the server has it.
DO $$
BEGIN
    ALTER TABLE outbox ALTER COLUMN value SET COMPRESSION lz4;
EXCEPTION
    WHEN feature_not_supported OR invalid_parameter_value THEN NULL;
END $$;
