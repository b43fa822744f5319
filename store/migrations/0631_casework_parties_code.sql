-- +goose Up
-- A company may have a thousand cases; which they are stands in the index.
DROP INDEX casework_parties_code;
CREATE INDEX casework_parties_code ON casework_parties (id_code, case_id);
