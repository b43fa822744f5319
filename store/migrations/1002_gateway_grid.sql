-- +goose Up
-- An edition of a grid platform's classes, as it was imported.
CREATE TABLE gateway_grid_tables (
    id          TEXT PRIMARY KEY,
    standard    TEXT NOT NULL,       -- GB/T 30428.2, or the city's own
    edition     TEXT NOT NULL,
    valid_from  DATE NOT NULL,
    source      TEXT NOT NULL,       -- where it is from
    sha256      TEXT NOT NULL,       -- of the file
    codes       INTEGER NOT NULL,
    actor       TEXT NOT NULL,
    imported_at DATETIME NOT NULL
);
CREATE UNIQUE INDEX gateway_grid_tables_once ON gateway_grid_tables (standard, edition);
CREATE INDEX gateway_grid_tables_from ON gateway_grid_tables (valid_from, imported_at);

-- Its classes; never changed after.
CREATE TABLE gateway_grid_codes (
    tbl   TEXT NOT NULL REFERENCES gateway_grid_tables (id),
    code  TEXT NOT NULL,             -- event:0501, part:0307
    title TEXT NOT NULL,
    PRIMARY KEY (tbl, code)
);

-- What a class means here, by the desk's decision; what it does not name is as the shipped table says.
CREATE TABLE gateway_grid_map (
    code       TEXT PRIMARY KEY,
    category   TEXT NOT NULL,        -- class of complaint; empty: none
    matter     TEXT NOT NULL,        -- code of the penalty matter; empty: none
    updated_at DATETIME NOT NULL,
    rev        BIGINT NOT NULL
);
