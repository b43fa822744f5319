-- +goose Up
-- How far each place outside of the office has the log: a folder, a webhook, a witness, a service for time stamps. The
-- places themselves stand in the operator's file, not here.
CREATE TABLE ledger_targets (
    name         TEXT PRIMARY KEY,
    kind         TEXT NOT NULL,
    size         BIGINT NOT NULL,   -- of the newest checkpoint that it took; 0: none yet
    sent_at      DATETIME,
    round        BIGINT NOT NULL,   -- raised with each job that sends
    asked_at     DATETIME,          -- when that job was given; null: nothing is on its way
    behind_since DATETIME,          -- since when the log has more than the place took
    tried_at     DATETIME,
    told_at      DATETIME,          -- when the administrators were told that it is late
    error        TEXT NOT NULL      -- of the last attempt: code and parameters as JSON; empty after a good one
);

-- What others said of our checkpoints: a witness's cosignature (its line also stands in the checkpoint's note), a time stamp.
CREATE TABLE ledger_attestations (
    size   BIGINT NOT NULL,         -- of the checkpoint
    key    TEXT NOT NULL,           -- the witness's key; of a time stamp the SHA-256 of the certificate that signed it
    kind   TEXT NOT NULL,           -- cosignature, timestamp
    data   BYTEA NOT NULL,          -- the line; the token (DER)
    at     DATETIME NOT NULL,       -- what it says the time was
    sha256 TEXT NOT NULL,           -- of the row's other content
    PRIMARY KEY (size, key)
);
