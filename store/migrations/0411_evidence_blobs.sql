-- +goose Up
-- Where the bytes of media files lie. A file lies plain in the media folder, under its SHA-256, unless it has a row here: each is one copy of it, in a
-- store under a name. A row that is coming is written before its bytes are, so that what broke off is found. sealed_by is the key that wraps its data
-- key now, drawn_by the one under which the data key was drawn; both are empty for a plain copy.
CREATE TABLE evidence_blobs (
    id        TEXT PRIMARY KEY,
    sum       TEXT NOT NULL,
    store     TEXT NOT NULL, -- folder, s3:BUCKET/PREFIX
    name      TEXT NOT NULL,
    size      BIGINT NOT NULL, -- of the plain file
    state     TEXT NOT NULL, -- coming, there
    sealed_by TEXT NOT NULL,
    drawn_by  TEXT NOT NULL,
    data_key  BYTEA,
    stored    TEXT NOT NULL, -- SHA-256 of the bytes as they lie there; empty while they are coming
    at        DATETIME NOT NULL
);
CREATE INDEX evidence_blobs_sum ON evidence_blobs (sum, at);
CREATE INDEX evidence_blobs_sealed ON evidence_blobs (sealed_by, id);
CREATE INDEX evidence_blobs_drawn ON evidence_blobs (drawn_by, id);
CREATE INDEX evidence_blobs_state ON evidence_blobs (state, at);
-- Files that lie plain in the folder and are to be carried to where the office keeps its files. They are on record already.
CREATE TABLE evidence_waiting (
    sum TEXT PRIMARY KEY,
    at  DATETIME NOT NULL
);
CREATE INDEX evidence_waiting_at ON evidence_waiting (at, sum);
-- The rows of one content.
CREATE INDEX evidence_media_sha256 ON evidence_media (sha256, id);
