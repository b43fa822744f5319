-- +goose Up
-- What each subject is findable by: its tokens, and the index that SQLite searches, which triggers
-- keep in step.
CREATE TABLE store_search_texts (
    row     INTEGER PRIMARY KEY,
    kind    TEXT NOT NULL,
    subject TEXT NOT NULL,
    tokens  TEXT NOT NULL,
    UNIQUE (kind, subject)
);
CREATE VIRTUAL TABLE store_search_index USING fts5 (tokens, content = 'store_search_texts', content_rowid = 'row', tokenize = 'unicode61 remove_diacritics 0');
-- +goose StatementBegin
CREATE TRIGGER store_search_added AFTER INSERT ON store_search_texts BEGIN
    INSERT INTO store_search_index (rowid, tokens) VALUES (new.row, new.tokens);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER store_search_removed AFTER DELETE ON store_search_texts BEGIN
    INSERT INTO store_search_index (store_search_index, rowid, tokens) VALUES ('delete', old.row, old.tokens);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER store_search_changed AFTER UPDATE ON store_search_texts BEGIN
    INSERT INTO store_search_index (store_search_index, rowid, tokens) VALUES ('delete', old.row, old.tokens);
    INSERT INTO store_search_index (rowid, tokens) VALUES (new.row, new.tokens);
END;
-- +goose StatementEnd
