-- +goose Up
-- My Work reads what is due in its order, from this index alone.
DROP INDEX term_terms_due;
CREATE INDEX term_terms_due ON term_terms (matter_type, due_at, unit, matter_id) WHERE met_at IS NULL AND suspended_from IS NULL;
