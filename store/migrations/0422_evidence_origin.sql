-- +goose Up
-- How a file was made, where somebody said so: a screenshot of which page, when, by what.
ALTER TABLE evidence_media ADD COLUMN origin TEXT;
ALTER TABLE evidence_uploads ADD COLUMN origin TEXT;
