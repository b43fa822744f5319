-- +goose Up
-- How often the portal was used in an hour or a day, from one address or with one contact. Both are digests under a key of
-- the day: what they were cannot be read back, nor followed from one day to the next.
CREATE TABLE gateway_counts (
    bucket  TEXT NOT NULL,     -- the hour or the day
    subject TEXT NOT NULL,
    n       INTEGER NOT NULL,
    PRIMARY KEY (bucket, subject)
);
