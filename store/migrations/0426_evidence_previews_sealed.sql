-- +goose Up
-- Who looks at a recording in a list or in the player relies on its small picture and its film being of it, so the rows that say so are sealed from now on. Those
-- written before wait here until each was compared with its bytes and has its entry.
CREATE TABLE evidence_previews_before (
    sha256 TEXT NOT NULL, -- of the original
    kind   TEXT NOT NULL,
    file   TEXT NOT NULL,
    type   TEXT NOT NULL,
    size   BIGINT NOT NULL,
    at     DATETIME NOT NULL,
    PRIMARY KEY (sha256, kind)
);
CREATE INDEX evidence_previews_before_file ON evidence_previews_before (file);
INSERT INTO evidence_previews_before (sha256, kind, file, type, size, at) SELECT sha256, kind, file, type, size, at FROM evidence_previews;
DELETE FROM evidence_previews;
