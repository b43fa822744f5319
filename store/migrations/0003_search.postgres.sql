-- +goose Up
-- A subject may be findable by many texts: its own, without a name, and its parts.
ALTER TABLE store_search_texts ADD COLUMN part TEXT NOT NULL DEFAULT '';
ALTER TABLE store_search_texts DROP CONSTRAINT store_search_texts_kind_subject_key;
ALTER TABLE store_search_texts ADD CONSTRAINT store_search_texts_part UNIQUE (kind, subject, part);
