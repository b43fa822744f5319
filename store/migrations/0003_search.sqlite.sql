-- +goose Up
-- A subject may be findable by many texts: its own, without a name, and its parts. SQLite changes no constraint, so
-- the table is made anew; its rows keep their numbers, by which the index knows them.
CREATE TABLE store_search_parts (
    row     INTEGER PRIMARY KEY,
    kind    TEXT NOT NULL,
    subject TEXT NOT NULL,
    part    TEXT NOT NULL DEFAULT '',
    tokens  TEXT NOT NULL,
    UNIQUE (kind, subject, part)
);
INSERT INTO store_search_parts (row, kind, subject, tokens) SELECT row, kind, subject, tokens FROM store_search_texts;
DROP TABLE store_search_texts; -- and its triggers with it
ALTER TABLE store_search_parts RENAME TO store_search_texts;
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
