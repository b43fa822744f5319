-- +goose Up
-- Complaints by place, in cells of about two hundred metres, the newest first: what may be the same matter is looked for there.
CREATE INDEX intake_complaints_cell ON intake_complaints ((CAST(lat * 500 AS INTEGER)), (CAST(lon * 500 AS INTEGER)), received_at DESC);
