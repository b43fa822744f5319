-- +goose Up
-- What somebody did on a day, along which that day's recordings are laid.
CREATE INDEX casework_steps_actor ON casework_steps (actor, at);
