-- +goose Up
CREATE INDEX ledger_entries_waiting ON ledger_entries (seq) WHERE leaf IS NULL;
CREATE INDEX ledger_entries_subject ON ledger_entries (subject_type, subject_id, at, id);
CREATE INDEX ledger_entries_kind ON ledger_entries (kind, leaf);

-- The tree of this database: its size, and the public key that signs it. Its one row is what the
-- sequencers of several servers contend for.
CREATE TABLE ledger_tree (
    name     TEXT PRIMARY KEY CHECK (name = 'log'),
    size     BIGINT NOT NULL,
    verifier TEXT NOT NULL
);

-- The hashes of the tree as C2SP tiles of height 8; width says how many of the 256 are there.
CREATE TABLE ledger_tiles (
    level INTEGER NOT NULL,
    n     BIGINT NOT NULL,
    width INTEGER NOT NULL,
    data  BYTEA NOT NULL,
    PRIMARY KEY (level, n)
);

-- Every signed checkpoint (C2SP note), one for each batch of entries.
CREATE TABLE ledger_checkpoints (
    size BIGINT PRIMARY KEY,
    root TEXT NOT NULL,
    note TEXT NOT NULL
);

-- Where each follower of the log stands: leaf is the next one that it will read.
CREATE TABLE ledger_cursors (
    name      TEXT PRIMARY KEY,
    leaf      BIGINT NOT NULL,
    at        DATETIME NOT NULL,
    error     TEXT,
    failed_at DATETIME
);
