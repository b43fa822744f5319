-- +goose Up
-- A file of a case (卷宗) as it was bound: the very bytes, so that what a court was given can be shown again.
CREATE TABLE casework_volumes (
    id            TEXT PRIMARY KEY,
    case_id       TEXT NOT NULL REFERENCES casework_cases (id),
    seq           INTEGER NOT NULL,
    pages         INTEGER NOT NULL,
    papers        INTEGER NOT NULL,
    holds         TEXT NOT NULL,
    pdf           BYTEA NOT NULL,
    sha256        TEXT NOT NULL,
    bound_at      DATETIME NOT NULL,
    bound_by      TEXT NOT NULL,
    bound_by_name TEXT NOT NULL,
    entry         TEXT NOT NULL
);
CREATE UNIQUE INDEX casework_volumes_once ON casework_volumes (case_id, seq);
