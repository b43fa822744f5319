-- +goose Up
CREATE TABLE store_search (
    kind    TEXT NOT NULL,
    subject TEXT NOT NULL,
    tokens  tsvector NOT NULL,
    PRIMARY KEY (kind, subject)
);
CREATE INDEX store_search_tokens ON store_search USING GIN (tokens);
