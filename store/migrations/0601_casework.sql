-- +goose Up
-- A case under the ordinary procedure. state and facts are the procedure's; nothing else writes them.
CREATE TABLE casework_cases (
    id            TEXT PRIMARY KEY,
    number        TEXT NOT NULL UNIQUE,
    source        TEXT NOT NULL,     -- complaint, patrol
    complaint     TEXT,              -- the complaint it grew from
    unit          TEXT NOT NULL,     -- the squad that handles it
    title         TEXT NOT NULL,
    matter        TEXT NOT NULL,     -- code of the penalty matter
    act_date      DATE NOT NULL,     -- the day of the act, which chooses the law
    act_place     TEXT NOT NULL,
    lon           DOUBLE PRECISION,
    lat           DOUBLE PRECISION,
    findings      TEXT NOT NULL,     -- what was found out
    base          DOUBLE PRECISION,  -- what a fine by measure is reckoned from: square metres, tons, yuan
    proposed_yuan BIGINT,            -- fine proposed in the notice
    decided_yuan  BIGINT,            -- fine decided
    state         TEXT NOT NULL,
    facts         TEXT NOT NULL,     -- JSON list of the recorded facts that hold
    opened_at     DATETIME NOT NULL,
    opened_by     TEXT NOT NULL,
    filed_at      DATETIME,
    decided_at    DATETIME,
    closed_at     DATETIME,
    updated_at    DATETIME NOT NULL,
    rev           INTEGER NOT NULL
);
CREATE INDEX casework_cases_list ON casework_cases (opened_at DESC, id DESC);
CREATE INDEX casework_cases_unit ON casework_cases (unit, state, opened_at DESC, id DESC);
CREATE INDEX casework_cases_state ON casework_cases (state, opened_at DESC, id DESC);
CREATE UNIQUE INDEX casework_cases_complaint ON casework_cases (complaint) WHERE complaint IS NOT NULL;

-- The officers of a case: two with certificates at least (AP 42).
CREATE TABLE casework_officers (
    case_id TEXT NOT NULL REFERENCES casework_cases (id),
    person  TEXT NOT NULL,
    name    TEXT NOT NULL,
    certificate TEXT NOT NULL,
    PRIMARY KEY (case_id, person)
);

CREATE TABLE casework_parties (
    id             TEXT PRIMARY KEY,
    case_id        TEXT NOT NULL REFERENCES casework_cases (id),
    kind           TEXT NOT NULL,   -- person, organisation
    name           TEXT NOT NULL,
    id_code        TEXT NOT NULL,   -- GB 11643 or GB 32100, checked
    representative TEXT NOT NULL,
    address        TEXT NOT NULL,
    phone          TEXT NOT NULL,
    rev            INTEGER NOT NULL
);
CREATE INDEX casework_parties_case ON casework_parties (case_id);

-- One piece of evidence of the eight kinds of AP 46.
CREATE TABLE casework_evidence (
    id          TEXT PRIMARY KEY,
    case_id     TEXT NOT NULL REFERENCES casework_cases (id),
    seq         INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    title       TEXT NOT NULL,
    proves      TEXT NOT NULL,
    obtained_on DATE NOT NULL,
    media       TEXT,
    added_by    TEXT NOT NULL,
    added_at    DATETIME NOT NULL,
    UNIQUE (case_id, seq)
);

-- Every step taken, with what was filled in.
CREATE TABLE casework_steps (
    id         TEXT PRIMARY KEY,
    case_id    TEXT NOT NULL REFERENCES casework_cases (id),
    step       TEXT NOT NULL,
    from_state TEXT NOT NULL,
    to_state   TEXT NOT NULL,
    actor      TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    unit       TEXT NOT NULL,
    fields     TEXT NOT NULL, -- JSON object
    at         DATETIME NOT NULL
);
CREATE INDEX casework_steps_case ON casework_steps (case_id, at, id);

-- An issued document: its number, its text as fields, and the very bytes.
CREATE TABLE casework_documents (
    id         TEXT PRIMARY KEY,
    case_id    TEXT NOT NULL REFERENCES casework_cases (id),
    kind       TEXT NOT NULL,        -- penalty.notice, penalty.decision
    number     TEXT NOT NULL UNIQUE,
    title      TEXT NOT NULL,
    fields     TEXT NOT NULL,        -- JSON of the typed form
    pdf        BYTEA NOT NULL,
    sha256     TEXT NOT NULL,
    check_code TEXT NOT NULL UNIQUE, -- in the QR; leads to the public check page
    issued_at  DATETIME NOT NULL,
    issued_by  TEXT NOT NULL,
    entry      TEXT NOT NULL
);
CREATE INDEX casework_documents_case ON casework_documents (case_id, issued_at);

CREATE TABLE casework_payments (
    id      TEXT PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES casework_cases (id),
    yuan    BIGINT NOT NULL,
    voucher TEXT NOT NULL,
    paid_on DATE NOT NULL,
    at      DATETIME NOT NULL,
    by_person TEXT NOT NULL,
    UNIQUE (voucher)
);

-- A matter whose text we do not have, confirmed by the legal section with its source.
CREATE TABLE casework_confirmations (
    matter       TEXT PRIMARY KEY, -- code@valid-from
    source       TEXT NOT NULL,
    statute      TEXT NOT NULL,    -- as documents spell it
    article      INTEGER NOT NULL,
    para         INTEGER NOT NULL,
    low          BIGINT NOT NULL,
    high         BIGINT NOT NULL,
    confirmed_at DATETIME NOT NULL,
    confirmed_by TEXT NOT NULL
);
