-- +goose Up
-- Units: a tree of any depth. code is the official one where there is one (a street's, a community's);
-- short is the word by which a unit's documents are numbered (机关代字).
CREATE TABLE org_units (
    id      TEXT PRIMARY KEY,
    parent  TEXT REFERENCES org_units (id),
    kind    TEXT NOT NULL CHECK (kind IN ('city', 'district', 'bureau', 'section', 'squad', 'department', 'community', 'committee', 'street')),
    code    TEXT NOT NULL,
    name    TEXT NOT NULL CHECK (name <> ''),
    short   TEXT NOT NULL,
    outside BOOLEAN NOT NULL,
    lon     DOUBLE PRECISION,
    lat     DOUBLE PRECISION,
    rev     BIGINT NOT NULL
);
CREATE INDEX org_units_parent ON org_units (parent);
CREATE UNIQUE INDEX org_units_code ON org_units (code) WHERE code <> '';

-- Which unit stands above which, itself at depth 0. Rights and settings are inherited along it.
CREATE TABLE org_unit_paths (
    ancestor   TEXT NOT NULL REFERENCES org_units (id),
    descendant TEXT NOT NULL REFERENCES org_units (id),
    depth      INTEGER NOT NULL,
    PRIMARY KEY (ancestor, descendant)
);
CREATE INDEX org_unit_paths_descendant ON org_unit_paths (descendant, depth);

-- How often the tree was changed: servers that keep it in memory see by it that they must read it anew.
CREATE TABLE org_tree (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    version BIGINT NOT NULL
);
INSERT INTO org_tree (id, version) VALUES (1, 0);

-- Settings hang on a unit and hold for all below it, until a nearer unit sets its own.
CREATE TABLE org_settings (
    unit  TEXT NOT NULL REFERENCES org_units (id),
    key   TEXT NOT NULL,
    value TEXT NOT NULL,
    rev   BIGINT NOT NULL,
    PRIMARY KEY (unit, key)
);

CREATE TABLE org_people (
    id                TEXT PRIMARY KEY,
    login             TEXT NOT NULL UNIQUE,
    name              TEXT NOT NULL,
    kind              TEXT NOT NULL CHECK (kind IN ('officer', 'auxiliary', 'staff', 'outside')),
    unit              TEXT NOT NULL REFERENCES org_units (id),
    certificate       TEXT NOT NULL,
    certificate_until DATE,
    lang              TEXT NOT NULL,
    disabled          BOOLEAN NOT NULL,
    rev               BIGINT NOT NULL
);
CREATE INDEX org_people_unit ON org_people (unit, id);

CREATE TABLE org_credentials (
    person      TEXT PRIMARY KEY REFERENCES org_people (id),
    hash        TEXT NOT NULL,
    must_change BOOLEAN NOT NULL,
    changed_at  DATETIME NOT NULL
);

-- Who holds which role in which unit (and all below it), from a day and to a day, both included.
CREATE TABLE org_grants (
    id         TEXT PRIMARY KEY,
    person     TEXT NOT NULL REFERENCES org_people (id),
    role       TEXT NOT NULL,
    unit       TEXT NOT NULL REFERENCES org_units (id),
    valid_from DATE NOT NULL,
    valid_to   DATE
);
CREATE INDEX org_grants_person ON org_grants (person);
CREATE INDEX org_grants_unit ON org_grants (unit, role);

CREATE TABLE org_sessions (
    id         TEXT PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE,
    person     TEXT NOT NULL REFERENCES org_people (id),
    created_at DATETIME NOT NULL,
    seen_at    DATETIME NOT NULL,
    agent      TEXT NOT NULL,
    address    TEXT NOT NULL
);
CREATE INDEX org_sessions_person ON org_sessions (person, created_at);
CREATE INDEX org_sessions_created ON org_sessions (created_at);

-- Failed sign-ins by login (hashed: people type passwords there) and by address.
CREATE TABLE org_login_failures (
    subject  TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_at  DATETIME NOT NULL,
    until    DATETIME NOT NULL
);
CREATE INDEX org_login_failures_last ON org_login_failures (last_at);

CREATE TABLE org_refusals (
    id      TEXT PRIMARY KEY,
    at      DATETIME NOT NULL,
    person  TEXT NOT NULL,
    op      TEXT NOT NULL,
    subject TEXT NOT NULL,
    unit    TEXT NOT NULL,
    code    TEXT NOT NULL,
    address TEXT NOT NULL
);
CREATE INDEX org_refusals_at ON org_refusals (at, id);

-- Who looked at personal data, and why.
CREATE TABLE org_access (
    id           TEXT PRIMARY KEY,
    at           DATETIME NOT NULL,
    person       TEXT NOT NULL,
    subject_type TEXT NOT NULL,
    subject_id   TEXT NOT NULL,
    what         TEXT NOT NULL,
    reason       TEXT NOT NULL
);
CREATE INDEX org_access_subject ON org_access (subject_type, subject_id, at);
CREATE INDEX org_access_at ON org_access (at, id);

CREATE TABLE org_numbers (
    unit   TEXT NOT NULL REFERENCES org_units (id),
    kind   TEXT NOT NULL,
    year   INTEGER NOT NULL,
    issued INTEGER NOT NULL,
    PRIMARY KEY (unit, kind, year)
);

-- What the other rooms may read.
CREATE VIEW org_v_units AS SELECT id, parent, kind, code, name, short, outside, lon, lat FROM org_units;
CREATE VIEW org_v_unit_paths AS SELECT ancestor, descendant, depth FROM org_unit_paths;
CREATE VIEW org_v_people AS SELECT id, name, kind, unit, certificate, certificate_until, disabled FROM org_people;
CREATE VIEW org_v_grants AS SELECT person, role, unit, valid_from, valid_to FROM org_grants;
