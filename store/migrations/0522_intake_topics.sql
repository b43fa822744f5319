-- +goose Up
-- What many people brought up lately, as the last run found it; each run writes all rows anew.
CREATE TABLE intake_topics (
    id      TEXT PRIMARY KEY,
    rank    INTEGER NOT NULL,    -- 1: the hottest
    made_at DATETIME NOT NULL,
    looked  INTEGER NOT NULL,    -- complaints that were looked at
    since   DATETIME NOT NULL,   -- the first of them
    topic   TEXT NOT NULL        -- JSON
);
