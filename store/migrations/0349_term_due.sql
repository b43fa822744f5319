-- +goose Up
-- What is late, or will be today, of complaints alone or of cases alone.
DROP INDEX term_terms_due;
CREATE INDEX term_terms_due ON term_terms (matter_type, due_at) WHERE met_at IS NULL AND suspended_from IS NULL;
