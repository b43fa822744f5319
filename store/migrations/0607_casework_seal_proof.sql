-- +goose Up
-- What an outside seal service proves its seal with; nothing where the seal is a picture of the office's register.
ALTER TABLE casework_documents ADD COLUMN seal_proof BYTEA;
