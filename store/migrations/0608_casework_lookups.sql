-- +goose Up
-- What was paid is asked of each case that is opened, and an officer's cases each time he looks at his work.
CREATE INDEX casework_payments_case ON casework_payments (case_id, paid_on, id);
CREATE INDEX casework_officers_person ON casework_officers (person, case_id);
