-- +goose Up
-- What waits in a squad in one state, without going through all that the squad ever had.
CREATE INDEX intake_complaints_unit_state ON intake_complaints (unit, state, received_at DESC, id DESC);
