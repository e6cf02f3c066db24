-- Who was asked what the solution of a complaint is worth: the last one of each number.
CREATE TABLE asked_survey (
    recipient    text        PRIMARY KEY,
    complaint_id uuid        NOT NULL,
    expires_at   timestamptz NOT NULL
);
