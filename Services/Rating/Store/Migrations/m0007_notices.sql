-- Accounts that have reached a threshold of a quota on a day: what stands at its end is told.
CREATE TABLE quota_check (
    account_no bigint      NOT NULL,
    cycle      date        NOT NULL,
    -- The end of the day.
    due_at     timestamptz NOT NULL,
    PRIMARY KEY (due_at, account_no, cycle)
);

-- One row: when all users of data packs are told next what they have used, and how far that is.
CREATE TABLE usage_notice (
    only_row      boolean     PRIMARY KEY DEFAULT true CHECK (only_row),
    due_at        timestamptz NOT NULL,
    after_account bigint      NOT NULL
);
