-- +goose Up
-- A file on its way in. Its bytes lie in the media folder's incoming/ID until it is whole; received is how many of them
-- are on the disk for certain, and digests is how far they are summed up. What is finished names its media file,
-- what was refused says why.
CREATE TABLE evidence_uploads (
    id           TEXT PRIMARY KEY,
    subject_type TEXT NOT NULL,
    subject_id   TEXT NOT NULL,
    person       TEXT NOT NULL,
    name         TEXT NOT NULL,
    note         TEXT NOT NULL,
    size         BIGINT,
    received     BIGINT NOT NULL,
    digests      BYTEA,
    part         BOOLEAN NOT NULL,
    parts        TEXT NOT NULL,
    media        TEXT NOT NULL,
    refused      TEXT NOT NULL,
    at           DATETIME NOT NULL,
    expires_at   DATETIME NOT NULL
);
CREATE INDEX evidence_uploads_expiring ON evidence_uploads (expires_at, id);
CREATE INDEX evidence_uploads_of ON evidence_uploads (person, at);
-- The digest by GB/T 32905 beside SHA-256; older files have none.
ALTER TABLE evidence_media ADD COLUMN sm3 TEXT;
ALTER TABLE evidence_staged ADD COLUMN sm3 TEXT;
