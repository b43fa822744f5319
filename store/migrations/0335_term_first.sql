-- +goose Up
-- The open period of a matter that ends first, which every list asks for beside each of its rows.
CREATE INDEX term_terms_first ON term_terms (matter_type, matter_id, due_at, id) WHERE met_at IS NULL AND suspended_from IS NULL;
