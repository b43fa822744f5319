-- +goose Up
-- In which form the texts of a kind are indexed: a program whose form is newer indexes them anew when it starts.
CREATE TABLE store_search_forms (
    kind TEXT PRIMARY KEY,
    form INTEGER NOT NULL
);
