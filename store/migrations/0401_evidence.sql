-- +goose Up
-- A media file that belongs to a complaint or a case. The bytes lie in the media folder under sha256.
CREATE TABLE evidence_media (
    id           TEXT PRIMARY KEY,
    subject_type TEXT NOT NULL,
    subject_id   TEXT NOT NULL,
    unit         TEXT NOT NULL,
    name         TEXT NOT NULL,
    type         TEXT NOT NULL,
    size         BIGINT NOT NULL,
    sha256       TEXT NOT NULL,
    width        INTEGER NOT NULL,
    height       INTEGER NOT NULL,
    note         TEXT NOT NULL,
    at           DATETIME NOT NULL,
    by_person    TEXT NOT NULL,
    by_name      TEXT NOT NULL
);
CREATE INDEX evidence_media_subject ON evidence_media (subject_type, subject_id, at, id);
-- The same photograph twice on one matter is one photograph.
CREATE UNIQUE INDEX evidence_media_once ON evidence_media (subject_type, subject_id, sha256);
