-- +goose Up
-- Who makes a file of the record at the moment: a still or a part, small versions, an export. Of several servers one does.
CREATE TABLE evidence_turns (
    what     TEXT PRIMARY KEY,
    holder   TEXT NOT NULL,
    until_at DATETIME NOT NULL
);
