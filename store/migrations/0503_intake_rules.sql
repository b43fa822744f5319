-- +goose Up
-- A version of an office's routing rules. A draft is changed; tested on last month it may be switched on, which switches
-- off the one before. What was once on is never changed, so that what was decided by it can be explained.
CREATE TABLE intake_rules (
    id          TEXT PRIMARY KEY,
    unit        TEXT NOT NULL,     -- the office: they hold for it and all below it
    version     INTEGER NOT NULL,
    state       TEXT NOT NULL,     -- draft, tested, on, off
    note        TEXT NOT NULL,
    rules       TEXT NOT NULL,     -- JSON list, in order
    made_by     TEXT NOT NULL,
    made_at     DATETIME NOT NULL,
    tested_at   DATETIME,
    tested      TEXT,              -- JSON: what the test found
    switched_by TEXT,
    switched_at DATETIME,
    rev         BIGINT NOT NULL
);
CREATE UNIQUE INDEX intake_rules_version ON intake_rules (unit, version);
CREATE UNIQUE INDEX intake_rules_on ON intake_rules (unit) WHERE state = 'on';
