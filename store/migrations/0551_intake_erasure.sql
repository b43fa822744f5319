-- +goose Up
-- Who complained is erased some time after the complaint has ended, or when he asks for it. The row stays, empty: that there
-- was somebody is known.
ALTER TABLE intake_contacts ADD COLUMN erased_at DATETIME;
CREATE INDEX intake_complaints_closed ON intake_complaints (closed_at) WHERE closed_at IS NOT NULL;
