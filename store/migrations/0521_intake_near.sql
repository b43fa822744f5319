-- +goose Up
-- Complaints by place, in cells of about two hundred metres, the newest first: what may be the same matter is looked for there.
CREATE INDEX intake_complaints_cell ON intake_complaints (round(lat * 500), round(lon * 500), received_at DESC);
