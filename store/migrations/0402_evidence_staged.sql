-- +goose Up
-- Pictures that a citizen has sent and that wait until he sends his report. What waits for longer than a day goes.
CREATE TABLE evidence_staged (
    id     TEXT PRIMARY KEY,   -- unguessable
    name   TEXT NOT NULL,
    type   TEXT NOT NULL,
    size   BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    width  INTEGER NOT NULL,
    height INTEGER NOT NULL,
    at     DATETIME NOT NULL
);
CREATE INDEX evidence_staged_at ON evidence_staged (at);
CREATE INDEX evidence_staged_sha256 ON evidence_staged (sha256);
