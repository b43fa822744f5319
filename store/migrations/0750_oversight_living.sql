-- +goose Up
-- What is late is looked for among what is under way, not among all that ever was.
CREATE INDEX oversight_board_living ON oversight_board (subject_type, subject_id, unit) WHERE living;
