-- +goose Up
-- Some channels bring little: what came by them is looked for alone.
CREATE INDEX intake_complaints_channel ON intake_complaints (channel, received_at DESC, id DESC);
