-- The files of every catalogue that the service has gone by: what is in flight finishes on the version on which it
-- began, also after a restart with another one. Kept for good: each is some tens of kilobytes, and history refers to it.
CREATE TABLE catalogue_version (
    version       text        PRIMARY KEY,
    -- An array of {layer, name, text}, in the order of loading.
    files         jsonb       NOT NULL CHECK (jsonb_typeof(files) = 'array'),
    first_used_at timestamptz NOT NULL
);
