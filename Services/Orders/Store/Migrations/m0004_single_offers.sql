-- What single offers put into effect is changed and released, and lines get new cards.
ALTER TABLE bundle
    DROP CONSTRAINT bundle_kind_check,
    ADD CONSTRAINT bundle_kind_check CHECK (kind IN (
        'bundle', 'single', 'release', 'singleRelease', 'suspend', 'resume', 'replaceSim'));

-- Whether the line ends with what it leaves.
ALTER TABLE bundle_member
    ADD COLUMN closes_line boolean NOT NULL DEFAULT false,
    ADD CHECK (NOT closes_line OR part = 'leaving');
