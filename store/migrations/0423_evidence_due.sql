-- +goose Up
-- What is due is looked for among all files, the oldest first.
CREATE INDEX evidence_media_at ON evidence_media (at, id);
-- Or all that somebody recorded or added in a stretch of time.
ALTER TABLE evidence_holds ADD COLUMN person TEXT;
