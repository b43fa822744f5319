-- +goose Up
-- A complaint that was split off another.
CREATE TABLE intake_splits (
    complaint TEXT PRIMARY KEY REFERENCES intake_complaints (id),
    parent    TEXT NOT NULL REFERENCES intake_complaints (id),
    at        DATETIME NOT NULL
);
CREATE INDEX intake_splits_parent ON intake_splits (parent);

-- What colleagues say to each other about a complaint. Nobody changes a word; it may be withdrawn, and is then no longer shown.
CREATE TABLE intake_comments (
    id           TEXT PRIMARY KEY,
    complaint    TEXT NOT NULL REFERENCES intake_complaints (id),
    person       TEXT NOT NULL,
    name         TEXT NOT NULL,
    unit         TEXT NOT NULL,     -- where the person serves
    text         TEXT NOT NULL,
    named        TEXT NOT NULL,     -- JSON list: ids of those whom it names
    at           DATETIME NOT NULL,
    withdrawn_at DATETIME,
    withdrawn_by TEXT,
    reason       TEXT               -- why it was withdrawn
);
CREATE INDEX intake_comments_complaint ON intake_comments (complaint, at, id);
