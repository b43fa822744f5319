-- +goose Up
-- When each key was last used, to the minute.
CREATE TABLE org_key_uses (
    key_id TEXT PRIMARY KEY REFERENCES org_keys (id),
    at     DATETIME NOT NULL
);
