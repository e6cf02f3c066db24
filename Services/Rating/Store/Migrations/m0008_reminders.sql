-- Whether the customer has been reminded that the bill is not paid.
ALTER TABLE bill ADD COLUMN reminded_at timestamptz;

CREATE INDEX bill_reminder ON bill (due_at) WHERE outstanding_milliyuan > 0 AND reminded_at IS NULL;

-- One row: when it is reminded next of terms that end with a month, of which one, and how far that is.
CREATE TABLE term_notice (
    only_row   boolean     PRIMARY KEY DEFAULT true CHECK (only_row),
    due_at     timestamptz NOT NULL,
    last_cycle date        NOT NULL CHECK (extract(day FROM last_cycle) = 1),
    after_term uuid        NOT NULL
);

CREATE INDEX agreement_prepaid ON agreement (effective_at) WHERE term = 'annual';
CREATE INDEX commitment_end ON commitment (through_cycle);
