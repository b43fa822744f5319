-- +goose Up
-- Where every matter stands, as the log tells it: made by a follower, and remade from zero at will.
CREATE TABLE oversight_board (
    subject_type TEXT NOT NULL,
    subject_id   TEXT NOT NULL,
    unit         TEXT NOT NULL,
    state        TEXT NOT NULL,
    living       BOOLEAN NOT NULL,  -- not in an end state
    began_at     DATETIME NOT NULL,
    moved_at     DATETIME NOT NULL,
    steps        INTEGER NOT NULL,  -- entries about it so far
    PRIMARY KEY (subject_type, subject_id)
);
CREATE INDEX oversight_board_unit ON oversight_board (unit, subject_type, living);
