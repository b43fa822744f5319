-- +goose Up
-- Commands that carry an idempotency key, with the result of the first run. Kept for a week.
CREATE TABLE store_commands (
    actor       TEXT NOT NULL,
    key         TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    result      TEXT,
    at          DATETIME NOT NULL,
    PRIMARY KEY (actor, key)
);
CREATE INDEX store_commands_at ON store_commands (at);

-- Leases choose which of several servers sequences, follows and schedules.
CREATE TABLE store_leases (
    name   TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    until  DATETIME NOT NULL
);
