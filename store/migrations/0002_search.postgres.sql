-- +goose Up
-- What each subject is findable by: its tokens, and the vector that PostgreSQL searches, which it
-- makes of them itself.
CREATE TABLE store_search_texts (
    row     BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind    TEXT NOT NULL,
    subject TEXT NOT NULL,
    tokens  TEXT NOT NULL,
    vector  tsvector GENERATED ALWAYS AS (to_tsvector('simple', tokens)) STORED,
    UNIQUE (kind, subject)
);
CREATE INDEX store_search_vector ON store_search_texts USING GIN (vector);
