-- +goose Up
-- A complaint from any channel. state and facts are the procedure's; nothing else writes them.
CREATE TABLE intake_complaints (
    id            TEXT PRIMARY KEY,
    number        TEXT NOT NULL UNIQUE,
    channel       TEXT NOT NULL,     -- hotline, grid, citizen, patrol, letter, import
    source_no     TEXT NOT NULL,     -- its number where it came from, or empty
    source_key    TEXT,              -- channel and number, or a digest of the content: what makes it the same one
    source_digest TEXT NOT NULL,     -- of what it said when it came in
    kind          TEXT NOT NULL,     -- consultation, help, complaint, suggestion, praise
    category      TEXT NOT NULL,
    title         TEXT NOT NULL,
    text          TEXT NOT NULL,
    address       TEXT NOT NULL,
    lon           DOUBLE PRECISION,
    lat           DOUBLE PRECISION,
    located_by    TEXT NOT NULL,     -- coordinates, text, person, or empty
    street_code   TEXT NOT NULL,     -- of the street it lies in, or empty
    confidential  BOOLEAN NOT NULL,
    urgent        BOOLEAN NOT NULL,
    received_at   DATETIME NOT NULL,
    registered_at DATETIME NOT NULL,
    registered_by TEXT NOT NULL,
    unit          TEXT NOT NULL,     -- responsible now
    proposed_unit TEXT NOT NULL,     -- whom the place speaks for, or empty
    state         TEXT NOT NULL,
    facts         TEXT NOT NULL,     -- JSON list of the recorded facts that hold
    case_id       TEXT,
    case_number   TEXT NOT NULL,
    reply_text    TEXT NOT NULL,
    replied_at    DATETIME,
    outcome       TEXT NOT NULL,
    closed_at     DATETIME,
    updated_at    DATETIME NOT NULL,
    rev           BIGINT NOT NULL
);
CREATE UNIQUE INDEX intake_complaints_source ON intake_complaints (source_key) WHERE source_key IS NOT NULL;
CREATE INDEX intake_complaints_list ON intake_complaints (received_at DESC, id DESC);
CREATE INDEX intake_complaints_unit ON intake_complaints (unit, received_at DESC, id DESC);
CREATE INDEX intake_complaints_state ON intake_complaints (state, received_at DESC, id DESC);

-- Who complained, apart from what was complained about: who reads the one need not see the other.
CREATE TABLE intake_contacts (
    complaint  TEXT PRIMARY KEY REFERENCES intake_complaints (id),
    name       TEXT NOT NULL,
    phone      TEXT NOT NULL,
    phone_hash TEXT NOT NULL -- keyed, so that a whole number finds its complaints and nothing else does
);
CREATE INDEX intake_contacts_phone ON intake_contacts (phone_hash) WHERE phone_hash <> '';

-- Those who handle a complaint.
CREATE TABLE intake_officers (
    complaint TEXT NOT NULL REFERENCES intake_complaints (id),
    person    TEXT NOT NULL,
    name      TEXT NOT NULL,
    PRIMARY KEY (complaint, person)
);
CREATE INDEX intake_officers_person ON intake_officers (person, complaint);

-- Every step taken, with what was filled in. The id is the ledger entry's.
CREATE TABLE intake_steps (
    id         TEXT PRIMARY KEY,
    complaint  TEXT NOT NULL REFERENCES intake_complaints (id),
    step       TEXT NOT NULL,  -- of the procedure; registered, imported, case_filed
    from_state TEXT NOT NULL,
    to_state   TEXT NOT NULL,
    actor      TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    unit       TEXT NOT NULL,
    fields     TEXT NOT NULL,  -- JSON object
    at         DATETIME NOT NULL
);
CREATE INDEX intake_steps_complaint ON intake_steps (complaint, at, id);

-- One run of an import, and what came of it.
CREATE TABLE intake_imports (
    id         TEXT PRIMARY KEY,
    file       TEXT NOT NULL,
    sha256     TEXT NOT NULL,
    map        TEXT NOT NULL,
    imported   INTEGER NOT NULL,
    duplicate  INTEGER NOT NULL,
    rejected   INTEGER NOT NULL,
    actor      TEXT NOT NULL,
    at         DATETIME NOT NULL
);

-- What other rooms may read.
CREATE VIEW intake_v_complaints AS
    SELECT id, number, channel, kind, category, title, address, lon, lat, street_code, received_at, unit, state, case_id, closed_at
    FROM intake_complaints;
