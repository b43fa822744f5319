-- +goose Up
-- What is kept beyond its time, and why: one recording, all of a matter, or all that a unit (and those below) made in a stretch of time. A hold lasts
-- until it is taken off with a reason; the other grounds keep for good. What was taken off stays as a row.
CREATE TABLE evidence_holds (
    id           TEXT PRIMARY KEY,
    ground       TEXT NOT NULL, -- hold, obstruction, major, complex
    scope        TEXT NOT NULL, -- media, matter, unit
    media        TEXT REFERENCES evidence_media (id),
    subject_type TEXT NOT NULL, -- of a matter; empty elsewhere
    subject_id   TEXT NOT NULL,
    unit         TEXT NOT NULL, -- whose it is; of the scope unit: which
    from_at      DATETIME,      -- of the scope unit
    to_at        DATETIME,
    reason       TEXT NOT NULL,
    at           DATETIME NOT NULL,
    by_person    TEXT NOT NULL,
    by_name      TEXT NOT NULL,
    ended_at     DATETIME,
    ended_by     TEXT,
    end_reason   TEXT
);
CREATE INDEX evidence_holds_media ON evidence_holds (media) WHERE ended_at IS NULL;
CREATE INDEX evidence_holds_matter ON evidence_holds (subject_type, subject_id) WHERE ended_at IS NULL;
CREATE INDEX evidence_holds_at ON evidence_holds (at, id);

-- A list of what is due (销毁清单): drawn up by one, approved by two others, carried out by the house file by file.
CREATE TABLE evidence_expiries (
    id         TEXT PRIMARY KEY,
    unit       TEXT NOT NULL,
    note       TEXT NOT NULL,
    state      TEXT NOT NULL, -- open, approved, done, refused
    at         DATETIME NOT NULL,
    by_person  TEXT NOT NULL,
    by_name    TEXT NOT NULL,
    ended_at   DATETIME,      -- carried out, or refused
    ended_by   TEXT,          -- who refused it
    end_reason TEXT
);
CREATE INDEX evidence_expiries_at ON evidence_expiries (at, id);
CREATE INDEX evidence_expiries_state ON evidence_expiries (state) WHERE state IN ('open', 'approved');
CREATE TABLE evidence_expiry_files (
    id       TEXT PRIMARY KEY,
    list     TEXT NOT NULL REFERENCES evidence_expiries (id),
    media    TEXT NOT NULL REFERENCES evidence_media (id),
    due_on   DATE NOT NULL,  -- last day on which it had to be kept, when the list was drawn up
    rule     TEXT NOT NULL,
    state    TEXT NOT NULL,  -- listed, struck, destroyed, kept
    why      TEXT NOT NULL,  -- of struck: the reason; of kept: the rule that kept it
    by_name  TEXT NOT NULL,  -- who struck it out
    at       DATETIME        -- of the last change
);
CREATE UNIQUE INDEX evidence_expiry_files_once ON evidence_expiry_files (list, media);
CREATE INDEX evidence_expiry_files_media ON evidence_expiry_files (media, state);
CREATE TABLE evidence_approvals (
    id      TEXT PRIMARY KEY,
    list    TEXT NOT NULL REFERENCES evidence_expiries (id),
    person  TEXT NOT NULL,
    name    TEXT NOT NULL,
    at      DATETIME NOT NULL
);
CREATE UNIQUE INDEX evidence_approvals_once ON evidence_approvals (list, person);
-- What is no more: the proof that it was, when and why it went, and who said so. Its rows in evidence_media and evidence_recordings stay.
CREATE TABLE evidence_gone (
    media     TEXT PRIMARY KEY REFERENCES evidence_media (id),
    list      TEXT NOT NULL REFERENCES evidence_expiries (id),
    sha256    TEXT NOT NULL,
    size      BIGINT NOT NULL,
    due_on    DATE NOT NULL,
    rule      TEXT NOT NULL,
    drawn_by  TEXT NOT NULL,
    approvers TEXT NOT NULL, -- names
    at        DATETIME NOT NULL
);
CREATE INDEX evidence_gone_sha256 ON evidence_gone (sha256);
-- Bytes that are still to be taken off the disk; a row goes when they are.
CREATE TABLE evidence_removals (
    sha256 TEXT PRIMARY KEY,
    at     DATETIME NOT NULL
);
-- Whoever ties, holds or destroys passes here, one at a time, so that nothing is destroyed while somebody ties it.
CREATE TABLE evidence_turnstile (
    id    TEXT PRIMARY KEY,
    turns BIGINT NOT NULL
);
-- Why there is no recording of a step that wants one (未录说明).
CREATE TABLE evidence_excuses (
    id           TEXT PRIMARY KEY,
    subject_type TEXT NOT NULL,
    subject_id   TEXT NOT NULL,
    step         TEXT NOT NULL,
    ground       TEXT NOT NULL, -- broken, full, sudden, lost, other
    reason       TEXT NOT NULL,
    at           DATETIME NOT NULL,
    by_person    TEXT NOT NULL,
    by_name      TEXT NOT NULL
);
CREATE UNIQUE INDEX evidence_excuses_once ON evidence_excuses (subject_type, subject_id, step);
