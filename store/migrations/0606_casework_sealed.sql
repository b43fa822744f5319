-- +goose Up
-- With which seal a document was issued: an id of org_seals, or what an outside seal service calls its own.
ALTER TABLE casework_documents ADD COLUMN seal TEXT;
