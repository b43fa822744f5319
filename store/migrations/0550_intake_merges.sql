-- +goose Up
-- That a complaint went with another of the same matter, the main one. A row is ended when it is answered or transferred with
-- the main one, or when the merging is undone; it is merged once at a time.
CREATE TABLE intake_merges (
    id        TEXT PRIMARY KEY,
    complaint TEXT NOT NULL REFERENCES intake_complaints (id),
    main      TEXT NOT NULL REFERENCES intake_complaints (id),
    at        DATETIME NOT NULL,
    ended_at  DATETIME,
    ended_by  TEXT NOT NULL       -- code of the step that ended it, empty while it goes with the main one
);
CREATE UNIQUE INDEX intake_merges_complaint ON intake_merges (complaint) WHERE ended_at IS NULL;
CREATE INDEX intake_merges_main ON intake_merges (main, at);
CREATE INDEX intake_merges_history ON intake_merges (complaint, at);
