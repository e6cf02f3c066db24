-- Bundles in effect are changed, released, stopped and started.
ALTER TABLE bundle
    DROP CONSTRAINT bundle_kind_check,
    ADD CONSTRAINT bundle_kind_check CHECK (kind IN ('bundle', 'single', 'release', 'suspend', 'resume')),
    -- In whose place it comes, in the same instant; a release leaves nothing in its place.
    ADD COLUMN replaces      uuid REFERENCES bundle,
    -- Of a release, prepaid months that are given up.
    ADD COLUMN unused_months integer NOT NULL DEFAULT 0 CHECK (unused_months >= 0),
    DROP CONSTRAINT bundle_check1,
    ADD CHECK (kind <> 'bundle' OR payment = 'unified');

CREATE INDEX bundle_replaces ON bundle (replaces) WHERE replaces IS NOT NULL;

ALTER TABLE bundle_member
    DROP CONSTRAINT bundle_member_role_check,
    ADD CONSTRAINT bundle_member_role_check CHECK (role IN (
        'included', 'sharedTerminal', 'networkTerminal', 'leaving')),
    ADD COLUMN options text[] NOT NULL DEFAULT '{}',
    -- Whether it was a member before.
    ADD COLUMN part    text   NOT NULL DEFAULT 'joining' CHECK (part IN ('joining', 'staying', 'leaving'));

-- A later change wants the same: it is not undone.
ALTER TABLE work_order ADD COLUMN is_kept boolean NOT NULL DEFAULT false;

DROP INDEX product_order_bundle;
CREATE UNIQUE INDEX product_order_bundle ON product_order (bundle_id) WHERE action <> 'cancel';
