-- +goose Up
-- A key by which another program speaks to us. Only its digest is kept: whoever reads the table cannot use it.
CREATE TABLE org_keys (
    id           TEXT PRIMARY KEY,
    name         TEXT NOT NULL,        -- whose it is
    unit         TEXT NOT NULL,        -- where what comes by it is registered
    hint         TEXT NOT NULL,        -- its first signs, to tell it from others
    digest       TEXT NOT NULL UNIQUE, -- SHA-256
    rights       TEXT NOT NULL,        -- JSON list
    rate         INTEGER NOT NULL,     -- requests a minute
    expires_on   TEXT,                 -- last day, 2006-01-02; null: without end
    issued_at    DATETIME NOT NULL,
    issued_by    TEXT NOT NULL,
    withdrawn_at DATETIME,
    withdrawn_by TEXT
);
