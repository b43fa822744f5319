-- +goose Up
CREATE VIRTUAL TABLE store_search USING fts5 (kind UNINDEXED, subject UNINDEXED, tokens, tokenize = 'unicode61 remove_diacritics 0');
CREATE TABLE store_search_rows (
    kind    TEXT NOT NULL,
    subject TEXT NOT NULL,
    row     BIGINT NOT NULL,
    PRIMARY KEY (kind, subject)
);
