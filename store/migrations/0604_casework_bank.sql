-- +goose Up
-- What the bank reported, file by file and line by line, and what became of each line.
CREATE TABLE casework_bank_files (
    id          TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    sha256      TEXT NOT NULL UNIQUE, -- the same file is not taken twice
    imported_at DATETIME NOT NULL,
    imported_by TEXT NOT NULL
);

CREATE TABLE casework_bank_lines (
    file     TEXT NOT NULL REFERENCES casework_bank_files (id),
    line     INTEGER NOT NULL,
    decision TEXT NOT NULL,    -- number of the decision, as the bank has it
    fen      BIGINT NOT NULL,
    paid_on  TEXT NOT NULL,    -- as the bank has it; a date where the line was taken
    voucher  TEXT NOT NULL,
    outcome  TEXT NOT NULL,    -- paid, part, or why it was not taken
    case_id  TEXT,
    PRIMARY KEY (file, line)
);
CREATE INDEX casework_documents_number ON casework_documents (number);
