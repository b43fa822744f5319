-- +goose Up
-- A seal's number in the bureau's register, from 1 on. Those that were entered before it was given have none: their rows are sealed in the log as they are.
ALTER TABLE org_seals ADD COLUMN number INTEGER;
CREATE VIEW org_v_seals AS SELECT id, unit, name, number, authority FROM org_seals;
