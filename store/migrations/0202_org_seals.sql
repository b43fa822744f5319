-- +goose Up
-- The seals of an office as pictures. A seal is never changed: a new one is entered, the old one is retired.
CREATE TABLE org_seals (
    id          TEXT PRIMARY KEY,
    unit        TEXT NOT NULL REFERENCES org_units (id),
    name        TEXT NOT NULL, -- what the office calls it: 公章, 行政处罚专用章
    authority   TEXT NOT NULL, -- whose seal it is; it seals documents of this authority alone
    image       BYTEA NOT NULL,
    sha256      TEXT NOT NULL,
    diameter    INTEGER NOT NULL, -- millimetres
    valid_from  DATE NOT NULL,
    retired_on  DATE,             -- the first day on which it seals nothing any more
    retired_why TEXT,
    entered_at  DATETIME NOT NULL,
    entered_by  TEXT NOT NULL
);
CREATE INDEX org_seals_authority ON org_seals (authority, valid_from);
