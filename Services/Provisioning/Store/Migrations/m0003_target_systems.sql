-- Target systems that do not answer are left alone, and some have only so many commands at a time.
CREATE TABLE target_system (
    system          text        PRIMARY KEY,
    -- Failed attempts since the last answer, and the service numbers of the first of them.
    failures        integer     NOT NULL DEFAULT 0 CHECK (failures >= 0),
    service_numbers text[]      NOT NULL DEFAULT '{}',
    -- By the wall clock. While it is open, commands are tried one at a time.
    opened_at       timestamptz,
    probe_at        timestamptz,
    probes          integer     NOT NULL DEFAULT 0 CHECK (probes >= 0),
    CHECK ((opened_at IS NULL) = (probe_at IS NULL)),
    CHECK (opened_at IS NOT NULL OR probes = 0)
) WITH (fillfactor = 50);

ALTER TABLE work_task
    -- Attempts that are not held against it: its system did not answer anybody.
    ADD COLUMN forgiven_attempts integer NOT NULL DEFAULT 0 CHECK (forgiven_attempts >= 0),
    DROP CONSTRAINT work_task_state_check,
    ADD CONSTRAINT work_task_state_check CHECK (state IN (
        'waiting', 'ready', 'queued', 'sent', 'backingOff', 'awaitingReport', 'succeeded', 'failed', 'dropped')),
    -- The constraint on timers.
    DROP CONSTRAINT work_task_check1,
    ADD CONSTRAINT work_task_timer_check CHECK ((state IN ('queued', 'sent', 'backingOff')) = (timer_at IS NOT NULL));

-- Those that wait for their system, in the order in which they have to.
CREATE INDEX work_task_queued ON work_task (split_part(name, '.', 1), timer_at) WHERE state = 'queued';
