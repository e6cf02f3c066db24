-- A line may be stopped at its customer's wish, who pays for keeping the number; credit control has none.
ALTER TABLE line_stop ADD COLUMN is_wish boolean NOT NULL DEFAULT false;

-- What cycles are rated by has another form: it is found again.
DELETE FROM cycle_terms;
DELETE FROM terms_shape;

-- What becomes of the rest when its time is over; money that is only given back month by month pays for nothing.
ALTER TABLE ledger ADD COLUMN remainder text CHECK (remainder IN ('lapses', 'returns'));
ALTER TABLE ledger ADD COLUMN is_locked boolean NOT NULL DEFAULT false;

-- What account managers have arranged, by their ids.
CREATE TABLE account_command (
    command_id uuid        PRIMARY KEY,
    content    bytea       NOT NULL,
    applied_at timestamptz NOT NULL
);

-- Who pays for a number of another account from a cycle on: nobody any more without payer_no, everything without a limit.
CREATE TABLE group_payment (
    service_number  text   NOT NULL,
    from_cycle      date   NOT NULL CHECK (extract(day FROM from_cycle) = 1),
    payer_no        bigint REFERENCES account (account_no),
    limit_milliyuan bigint CHECK (limit_milliyuan > 0),
    unspent         text   NOT NULL CHECK (unspent IN ('company', 'employee')),
    PRIMARY KEY (service_number, from_cycle)
);

CREATE INDEX group_payment_payer ON group_payment (payer_no);

-- What that came to on the bill of the number's account; it waits for the payer's.
CREATE TABLE group_share (
    service_number text   NOT NULL,
    cycle          date   NOT NULL,
    payer_no       bigint NOT NULL REFERENCES account (account_no),
    account_no     bigint NOT NULL REFERENCES account (account_no),
    paid_milliyuan bigint NOT NULL CHECK (paid_milliyuan > 0),
    used_milliyuan bigint NOT NULL CHECK (used_milliyuan BETWEEN 0 AND paid_milliyuan),
    billed_cycle   date,
    PRIMARY KEY (service_number, cycle)
);

CREATE INDEX group_share_waiting ON group_share (payer_no) WHERE billed_cycle IS NULL;

-- Numbers that spend a minimum in each cycle, as the catalogue said when that was agreed.
CREATE TABLE commitment (
    commitment_id     uuid   PRIMARY KEY,
    account_no        bigint NOT NULL REFERENCES account (account_no),
    service_number    text   NOT NULL,
    code              text   NOT NULL,
    from_cycle        date   NOT NULL CHECK (extract(day FROM from_cycle) = 1),
    through_cycle     date   NOT NULL CHECK (through_cycle >= from_cycle),
    minimum_milliyuan bigint NOT NULL CHECK (minimum_milliyuan >= 0),
    excluded          jsonb  NOT NULL
);

CREATE INDEX commitment_account ON commitment (account_no);

-- Money that is to come into a ledger at a time: by a promotion while its agreement lasts, out of a prepayment, or put
-- aside out of the public ledger.
CREATE TABLE scheduled_money (
    money_id         uuid        PRIMARY KEY,
    kind             text        NOT NULL CHECK (kind IN ('promotion', 'rebate', 'reservation')),
    -- Whose it is, where the number has no account then.
    account_no       bigint      NOT NULL REFERENCES account (account_no),
    service_number   text        NOT NULL,
    reference        text        NOT NULL,
    agreement_id     uuid,
    -- Of a rebate: where the prepayment is.
    source_ledger_id uuid,
    due_at           timestamptz NOT NULL,
    expires_at       timestamptz,
    amount_milliyuan bigint      NOT NULL CHECK (amount_milliyuan > 0),
    subjects         jsonb       NOT NULL DEFAULT '[]',
    done_at          timestamptz,
    -- What of it there was.
    given_milliyuan  bigint
) WITH (fillfactor = 80);

CREATE INDEX scheduled_money_due ON scheduled_money (due_at) WHERE done_at IS NULL;
CREATE INDEX scheduled_money_account ON scheduled_money (account_no);

-- What orders cost beside what they put into effect, by their ids; it waits for the next bill.
CREATE TABLE order_fee (
    order_id         uuid        PRIMARY KEY,
    account_no       bigint      NOT NULL REFERENCES account (account_no),
    service_number   text        NOT NULL,
    subject          text[]      NOT NULL CHECK (cardinality(subject) = 3),
    amount_milliyuan bigint      NOT NULL CHECK (amount_milliyuan > 0),
    reason           text        NOT NULL,
    incurred_at      timestamptz NOT NULL,
    billed_cycle     date
);

CREATE INDEX order_fee_waiting ON order_fee (account_no) WHERE billed_cycle IS NULL;

-- Lines that are to be barred, or are.
CREATE TABLE line_bar (
    service_number text        NOT NULL,
    cause          text        NOT NULL CHECK (cause IN ('messagesInAnHour', 'messagesInADay', 'dataVolume')),
    -- Once a day, or a cycle.
    since          date        NOT NULL,
    account_no     bigint      NOT NULL REFERENCES account (account_no),
    -- The end of the last record with which it may have been too much.
    reached_at     timestamptz NOT NULL,
    -- By the wall clock: since when somebody has to look whether it was; none when it is ordered, or was not.
    pending_since  timestamptz,
    external_id    text,
    -- What the order put into effect, and when it is lifted by itself.
    agreement_id   uuid,
    lift_at        timestamptz,
    PRIMARY KEY (service_number, cause, since)
);

CREATE INDEX line_bar_pending ON line_bar (pending_since) WHERE pending_since IS NOT NULL;
CREATE INDEX line_bar_lift ON line_bar (lift_at) WHERE lift_at IS NOT NULL;
CREATE INDEX line_bar_order ON line_bar (external_id) WHERE external_id IS NOT NULL;
