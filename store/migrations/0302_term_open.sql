-- +goose Up
-- What a list needs to show a period, so that it reads rows and periods at once.
DROP VIEW term_v_open;
CREATE VIEW term_v_open AS
    SELECT id, matter_type, matter_id, unit, clock, period_unit, start_at, due_at, due_date, provisional
    FROM term_terms WHERE met_at IS NULL AND suspended_from IS NULL;
