-- +goose Up
-- What was given to a court, a reviewing authority, a party's lawyer: which files and documents, for whom, why. file is the zip, kept for some weeks;
-- manifest is the digest of its list, which stands in the log for good.
CREATE TABLE evidence_exports (
    id           TEXT PRIMARY KEY,
    subject_type TEXT NOT NULL,
    subject_id   TEXT NOT NULL,
    unit         TEXT NOT NULL,
    purpose      TEXT NOT NULL, -- court, review, lawyer, other
    recipient    TEXT NOT NULL,
    reason       TEXT NOT NULL,
    media        TEXT NOT NULL,
    documents    TEXT NOT NULL,
    at           DATETIME NOT NULL,
    by_person    TEXT NOT NULL,
    by_name      TEXT NOT NULL,
    state        TEXT NOT NULL, -- waiting, made, failed
    manifest     TEXT NOT NULL,
    file         TEXT NOT NULL,
    size         BIGINT NOT NULL,
    why          TEXT NOT NULL
);
CREATE INDEX evidence_exports_subject ON evidence_exports (subject_type, subject_id, at);
CREATE INDEX evidence_exports_person ON evidence_exports (by_person, at);
CREATE INDEX evidence_exports_file ON evidence_exports (file);
