-- +goose Up
-- What oversight is told of: a step that is recorded from end to end, and has neither a recording nor a reason. It is settled when it has one of them, and
-- the row stays; should the tie be taken back, there is another row.
CREATE TABLE oversight_alerts (
    id           TEXT PRIMARY KEY,
    kind         TEXT NOT NULL, -- unfilmed
    subject_type TEXT NOT NULL,
    subject_id   TEXT NOT NULL,
    number       TEXT NOT NULL, -- of the matter
    step         TEXT NOT NULL, -- id of the taking
    name         TEXT NOT NULL, -- code of the step
    blocks       BOOLEAN NOT NULL,
    unit         TEXT NOT NULL,
    person       TEXT NOT NULL,
    step_at      DATETIME NOT NULL,
    at           DATETIME NOT NULL,
    settled_at   DATETIME,
    settled_how  TEXT           -- tied, excused, found
);
CREATE UNIQUE INDEX oversight_alerts_open ON oversight_alerts (kind, subject_type, subject_id, step) WHERE settled_at IS NULL;
CREATE INDEX oversight_alerts_unit ON oversight_alerts (unit, at);
