-- +goose Up
-- What somebody noted of a stretch of a recording. What was noted wrongly is ended with a reason, and stays.
CREATE TABLE evidence_marks (
    id        TEXT PRIMARY KEY,
    media     TEXT NOT NULL REFERENCES evidence_media (id),
    from_ms   BIGINT NOT NULL,
    to_ms     BIGINT NOT NULL,
    note      TEXT NOT NULL,
    at        DATETIME NOT NULL,
    by_person TEXT NOT NULL,
    by_name   TEXT NOT NULL,
    ended_at  DATETIME,
    ended_by  TEXT,
    reason    TEXT
);
CREATE INDEX evidence_marks_media ON evidence_marks (media, from_ms);
-- Files that were made of others: of which, how, by what, why. The others stay as they came.
CREATE TABLE evidence_derived (
    media     TEXT PRIMARY KEY REFERENCES evidence_media (id),
    parent    TEXT NOT NULL REFERENCES evidence_media (id),
    how       TEXT NOT NULL, -- still, part, redacted
    params    TEXT NOT NULL,
    tool      TEXT NOT NULL,
    reason    TEXT NOT NULL,
    at        DATETIME NOT NULL,
    by_person TEXT NOT NULL,
    by_name   TEXT NOT NULL
);
CREATE INDEX evidence_derived_parent ON evidence_derived (parent, at);
-- What was asked to be made. What came of it is a file of its own.
CREATE TABLE evidence_makings (
    id        TEXT PRIMARY KEY,
    parent    TEXT NOT NULL REFERENCES evidence_media (id),
    how       TEXT NOT NULL,
    params    TEXT NOT NULL,
    reason    TEXT NOT NULL,
    at        DATETIME NOT NULL,
    by_person TEXT NOT NULL,
    by_name   TEXT NOT NULL,
    state     TEXT NOT NULL, -- waiting, made, failed
    media     TEXT,          -- what it became
    why       TEXT           -- it failed
);
CREATE INDEX evidence_makings_parent ON evidence_makings (parent, at);
-- Small pictures of films, and versions that every browser plays; they can be made again at any time.
CREATE TABLE evidence_previews (
    sha256 TEXT NOT NULL, -- of the original
    kind   TEXT NOT NULL, -- thumb, proxy, none: nothing can be made of it
    file   TEXT NOT NULL, -- SHA-256 of the preview; empty: the original serves
    type   TEXT NOT NULL,
    size   BIGINT NOT NULL,
    at     DATETIME NOT NULL,
    PRIMARY KEY (sha256, kind)
);
CREATE INDEX evidence_previews_file ON evidence_previews (file);
