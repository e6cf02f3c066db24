-- When a cycle is rated again, by the wall clock: a little after the last record came, so that many that come out of
-- order cost one rating.
ALTER TABLE account_cycle ADD COLUMN rerate_at timestamptz;

UPDATE account_cycle
   SET rerate_at = pending_since
 WHERE pending_since IS NOT NULL;

ALTER TABLE account_cycle ADD CHECK ((rerate_at IS NULL) = (pending_since IS NULL));

DROP INDEX account_cycle_pending;

CREATE INDEX account_cycle_rerating ON account_cycle (rerate_at) WHERE rerate_at IS NOT NULL;
