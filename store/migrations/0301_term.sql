-- +goose Up
-- Every running period is a row. Whether it is overdue is computed when read, never stored: a
-- stopped server does not move a legal date.
CREATE TABLE term_terms (
    id               TEXT PRIMARY KEY,
    matter_type      TEXT NOT NULL,
    matter_id        TEXT NOT NULL,
    unit             TEXT NOT NULL,
    clock            TEXT NOT NULL,
    amount           INTEGER NOT NULL, -- the period: 7
    period_unit      TEXT NOT NULL,    -- … working_days
    cites            TEXT NOT NULL,    -- JSON list of citations: ["AP 61"]
    start_at         DATETIME NOT NULL,
    due_at           DATETIME NOT NULL, -- the first moment that is late
    due_date         DATE NOT NULL,     -- the last day in time
    provisional      BOOLEAN NOT NULL,  -- counted beyond the published calendars
    calendar_version TEXT NOT NULL,
    suspended_from   DATETIME,
    excluded         TEXT NOT NULL,     -- JSON list of intervals not counted, each with its basis
    met_at           DATETIME,
    rev              INTEGER NOT NULL
);
CREATE INDEX term_terms_matter ON term_terms (matter_type, matter_id);
CREATE INDEX term_terms_due ON term_terms (due_at) WHERE met_at IS NULL AND suspended_from IS NULL;

-- An alarm that has been given: once for each term and threshold, whatever was down in between.
CREATE TABLE term_alarms (
    term      TEXT NOT NULL REFERENCES term_terms (id),
    threshold TEXT NOT NULL, -- amber, red
    due_at    DATETIME NOT NULL, -- the due date it spoke of; a lengthened term may alarm again
    at        DATETIME NOT NULL,
    PRIMARY KEY (term, threshold, due_at)
);

-- What other rooms may read: the earliest unmet due date of each matter.
CREATE VIEW term_v_next AS
    SELECT matter_type, matter_id, min(due_at) AS due_at
    FROM term_terms WHERE met_at IS NULL AND suspended_from IS NULL
    GROUP BY matter_type, matter_id;

CREATE VIEW term_v_open AS
    SELECT id, matter_type, matter_id, unit, clock, due_at, due_date
    FROM term_terms WHERE met_at IS NULL AND suspended_from IS NULL;
