-- +goose Up
-- What recorders brought: each is a media file that belongs to a unit, with who carried which device, and when. Times are the corrected ones; told_at
-- is what the device's own clock said, drift_ms how far that was ahead. claims are what path, sidecar and file said, unchanged.
CREATE TABLE evidence_recordings (
    media      TEXT PRIMARY KEY REFERENCES evidence_media (id),
    unit       TEXT NOT NULL,
    kind       TEXT NOT NULL, -- film, sound, picture
    device     TEXT NOT NULL, -- empty: not known
    officer    TEXT,          -- a person of ours
    officer_no TEXT NOT NULL, -- as it was told
    began_at   DATETIME,
    ended_at   DATETIME,
    told_at    DATETIME,
    drift_ms   BIGINT NOT NULL,
    long_ms    BIGINT NOT NULL,
    lon        DOUBLE PRECISION,
    lat        DOUBLE PRECISION,
    marked     BOOLEAN NOT NULL,
    source     TEXT NOT NULL,
    claims     TEXT NOT NULL,
    at         DATETIME NOT NULL
);
CREATE INDEX evidence_recordings_officer ON evidence_recordings (officer, began_at);
CREATE INDEX evidence_recordings_unit ON evidence_recordings (unit, began_at);
CREATE INDEX evidence_recordings_device ON evidence_recordings (device, began_at);
-- To which matter, and which step of it, a recording belongs. What was said wrongly is ended with a reason, and stays.
CREATE TABLE evidence_ties (
    id           TEXT PRIMARY KEY,
    media        TEXT NOT NULL REFERENCES evidence_media (id),
    subject_type TEXT NOT NULL,
    subject_id   TEXT NOT NULL,
    step         TEXT NOT NULL, -- id of the taking of a step; empty: of the whole matter
    note         TEXT NOT NULL,
    at           DATETIME NOT NULL,
    by_person    TEXT NOT NULL,
    by_name      TEXT NOT NULL,
    ended_at     DATETIME,
    ended_by     TEXT,
    reason       TEXT
);
CREATE UNIQUE INDEX evidence_ties_once ON evidence_ties (media, subject_type, subject_id, step) WHERE ended_at IS NULL;
CREATE INDEX evidence_ties_subject ON evidence_ties (subject_type, subject_id);
-- How far each device's clock was ahead when somebody compared it.
CREATE TABLE evidence_drifts (
    id       TEXT PRIMARY KEY,
    device   TEXT NOT NULL,
    at       DATETIME NOT NULL,
    drift_ms BIGINT NOT NULL,
    source   TEXT NOT NULL,
    by_name  TEXT NOT NULL
);
CREATE INDEX evidence_drifts_device ON evidence_drifts (device, at);
