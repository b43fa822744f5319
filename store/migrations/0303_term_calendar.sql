-- +goose Up
-- The yearly notices of the State Council that were imported; they go before those that ship with the program.
CREATE TABLE term_calendars (
    id          TEXT PRIMARY KEY, -- the year
    notice      TEXT NOT NULL,    -- the file as it was imported
    imported_at DATETIME NOT NULL,
    imported_by TEXT NOT NULL
);

-- What an import moved: the due date before and after, for each period.
CREATE TABLE term_changes (
    id          TEXT PRIMARY KEY,
    term        TEXT NOT NULL REFERENCES term_terms (id),
    matter_type TEXT NOT NULL,
    matter_id   TEXT NOT NULL,
    unit        TEXT NOT NULL,
    clock       TEXT NOT NULL,
    old_due     DATE NOT NULL,
    new_due     DATE NOT NULL,
    year        TEXT NOT NULL, -- whose notice moved it
    changed_at  DATETIME NOT NULL
);
CREATE INDEX term_changes_matter ON term_changes (matter_type, matter_id);

-- Why a period was suspended, resumed or lengthened, or time left out of it; each with its article.
CREATE TABLE term_reasons (
    id        TEXT PRIMARY KEY,
    term      TEXT NOT NULL REFERENCES term_terms (id),
    verb      TEXT NOT NULL, -- suspend, resume, extend, exclude
    reason    TEXT NOT NULL,
    cites     TEXT NOT NULL, -- JSON list
    noted_at  DATETIME NOT NULL
);
CREATE INDEX term_reasons_term ON term_reasons (term);
