-- +goose Up
-- When somebody must next look at an open period to give an alarm. What is planned lies here and not among the jobs: the
-- row is written with its period, and the alarm is given with the row's removal. An open period of before is looked at
-- at once, and finds its place by itself.
CREATE TABLE term_bells (
    term TEXT PRIMARY KEY,
    at   DATETIME NOT NULL,
    rev  INTEGER NOT NULL -- of the period, when it was set
);
CREATE INDEX term_bells_at ON term_bells (at, term);
INSERT INTO term_bells (term, at, rev) SELECT id, start_at, rev FROM term_terms WHERE met_at IS NULL AND suspended_from IS NULL;
