-- +goose Up
-- What somebody did on a day, along which that day's recordings are laid.
CREATE INDEX intake_steps_actor ON intake_steps (actor, at);
