-- +goose Up
-- How many matters of a unit stand in each state, kept by the follower that keeps the board, so that the board need not
-- count what has happened in years.
CREATE TABLE oversight_counts (
    unit         TEXT NOT NULL,
    subject_type TEXT NOT NULL,
    state        TEXT NOT NULL,
    living       BOOLEAN NOT NULL,
    n            BIGINT NOT NULL,
    PRIMARY KEY (unit, subject_type, state, living)
);
INSERT INTO oversight_counts (unit, subject_type, state, living, n)
    SELECT unit, subject_type, state, living, count(*) FROM oversight_board GROUP BY unit, subject_type, state, living;
CREATE INDEX oversight_board_began ON oversight_board (subject_type, began_at, unit);
DROP INDEX oversight_board_unit;
