-- +goose Up
-- How a film or sound broke off, where it did: JSON of the bytes that are there, those that it says it has, whether its index is there.
ALTER TABLE evidence_media ADD COLUMN broken TEXT;
