-- Lines change hands, are connected again, and get new passwords.
ALTER TABLE bundle
    DROP CONSTRAINT bundle_kind_check,
    ADD CONSTRAINT bundle_kind_check CHECK (kind IN (
        'bundle', 'single', 'release', 'singleRelease', 'suspend', 'resume', 'replaceSim', 'transferOwnership',
        'reconnect', 'resetPassword'));

ALTER TABLE line
    -- Of a line that was taken over as it was, nothing is known.
    ADD COLUMN served_since   timestamptz,
    -- The order by which it is to be another customer's, until it is.
    ADD COLUMN transfer_order uuid REFERENCES product_order,
    -- Credit control has stopped it: its account owes money beyond its time.
    ADD COLUMN is_in_arrears  boolean NOT NULL DEFAULT false;

CREATE INDEX line_in_arrears ON line (account_id) WHERE is_in_arrears;
CREATE INDEX bundle_member_number ON bundle_member (service_number);
