-- +goose Up
-- What happened. data is the canonical JSON that the tree hashes; the other columns repeat parts of
-- it for queries. leaf is the entry's place in the tree, given by the sequencer soon after.
CREATE TABLE ledger_entries (
    seq          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id           TEXT NOT NULL UNIQUE,
    at           DATETIME NOT NULL,
    kind         TEXT NOT NULL,
    subject_type TEXT NOT NULL,
    subject_id   TEXT NOT NULL,
    actor        TEXT NOT NULL,
    unit         TEXT NOT NULL,
    data         TEXT NOT NULL,
    leaf         BIGINT UNIQUE
);
