-- +goose Up
-- A subject may be findable by many texts: its own, without a name, and its parts.
ALTER TABLE store_search_texts ADD COLUMN part TEXT;
UPDATE store_search_texts SET part = '';
ALTER TABLE store_search_texts ALTER COLUMN part SET DEFAULT '';
ALTER TABLE store_search_texts ALTER COLUMN part SET NOT NULL;
ALTER TABLE store_search_texts DROP CONSTRAINT store_search_texts_kind_subject_key;
ALTER TABLE store_search_texts ADD CONSTRAINT store_search_texts_part UNIQUE (kind, subject, part);
