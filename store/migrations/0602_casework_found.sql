-- +goose Up
-- The day on which the act came to light: the complaint's, where the case grew from one; otherwise the
-- day on which the case was opened. The limitation (AP 36) counts up to it.
ALTER TABLE casework_cases ADD COLUMN found_on DATE;
