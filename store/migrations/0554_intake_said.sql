-- +goose Up
-- The telephone and identity numbers that stood in the words of a complaint, which hold them masked: kept apart, as who complained is.
ALTER TABLE intake_contacts ADD COLUMN said TEXT;
