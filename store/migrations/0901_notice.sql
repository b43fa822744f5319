-- +goose Up
-- What somebody is told in the console: that a matter waits for him, that a period is running out. Derived from the log.
CREATE TABLE notice_items (
    id           TEXT PRIMARY KEY,
    person       TEXT NOT NULL,
    code         TEXT NOT NULL,     -- of package words
    params       TEXT NOT NULL,     -- JSON object; no personal data
    subject_type TEXT NOT NULL,
    subject      TEXT NOT NULL,
    unit         TEXT NOT NULL,
    entry        TEXT NOT NULL,     -- of the log
    at           DATETIME NOT NULL,
    read_at      DATETIME
);
CREATE UNIQUE INDEX notice_items_once ON notice_items (person, entry, code);
CREATE INDEX notice_items_person ON notice_items (person, at DESC, id DESC);
CREATE INDEX notice_items_unread ON notice_items (person) WHERE read_at IS NULL;
CREATE INDEX notice_items_subject ON notice_items (subject, person);

-- Where notices go outside: a webhook, a mail server, a gateway for text messages.
CREATE TABLE notice_endpoints (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('webhook', 'mail', 'sms')),
    unit       TEXT NOT NULL,       -- notices of this unit and below
    codes      TEXT NOT NULL,       -- JSON list; empty: all
    target     TEXT NOT NULL,       -- JSON object by kind; no secret in it
    secret     TEXT NOT NULL,       -- encrypted; empty where there is none
    enabled    BOOLEAN NOT NULL,
    created_at DATETIME NOT NULL,
    updated_at DATETIME NOT NULL,
    rev        BIGINT NOT NULL
);

-- One notice on its way out, and what became of it.
CREATE TABLE notice_deliveries (
    id         TEXT PRIMARY KEY,
    endpoint   TEXT NOT NULL REFERENCES notice_endpoints (id),
    entry      TEXT NOT NULL,
    code       TEXT NOT NULL,
    body       TEXT NOT NULL,       -- as it is sent
    state      TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'dead', 'dropped')),
    attempts   INTEGER NOT NULL,
    round      INTEGER NOT NULL,    -- raised when somebody has it tried anew
    error      TEXT NOT NULL,       -- of the last attempt
    created_at DATETIME NOT NULL,
    updated_at DATETIME NOT NULL
);
CREATE UNIQUE INDEX notice_deliveries_once ON notice_deliveries (endpoint, entry, code);
CREATE INDEX notice_deliveries_state ON notice_deliveries (state, created_at DESC, id DESC);
