-- +goose Up
-- What an office answers citizens with: in braces stands what is filled in from the complaint.
CREATE TABLE intake_templates (
    id         TEXT PRIMARY KEY,
    unit       TEXT NOT NULL,     -- the office: they hold for it and all below it
    title      TEXT NOT NULL,
    kinds      TEXT NOT NULL,     -- JSON list: for these kinds; empty: for all
    classes    TEXT NOT NULL,     -- JSON list: for categories that begin so; empty: for all
    outcomes   TEXT NOT NULL,     -- JSON list: for these outcomes; empty: for all
    text       TEXT NOT NULL,
    active     BOOLEAN NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at DATETIME NOT NULL,
    rev        BIGINT NOT NULL
);
CREATE INDEX intake_templates_unit ON intake_templates (unit);
