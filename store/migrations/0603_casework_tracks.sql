-- +goose Up
-- A case runs one main procedure (the ordinary one where procedure is null) and any number beside it:
-- preserving, seizing, executing, remedies. Each of those is a track with its own state and facts.
ALTER TABLE casework_cases ADD COLUMN procedure TEXT;

CREATE TABLE casework_tracks (
    id         TEXT PRIMARY KEY,
    case_id    TEXT NOT NULL REFERENCES casework_cases (id),
    seq        INTEGER NOT NULL,  -- the case's own count of its tracks; names its periods
    procedure  TEXT NOT NULL,
    state      TEXT NOT NULL,
    facts      TEXT NOT NULL,     -- JSON list of the recorded facts that hold
    opened_at  DATETIME NOT NULL,
    opened_by  TEXT NOT NULL,
    ended_at   DATETIME,
    UNIQUE (case_id, seq)
);
CREATE INDEX casework_tracks_running ON casework_tracks (procedure, state) WHERE ended_at IS NULL;

-- In which track a step was taken and a document issued; null: in the main procedure.
ALTER TABLE casework_steps ADD COLUMN track TEXT;
ALTER TABLE casework_documents ADD COLUMN track TEXT;
-- The editable copy of the same fields, and how the document reached the party.
ALTER TABLE casework_documents ADD COLUMN served_on DATE;
ALTER TABLE casework_documents ADD COLUMN served_by TEXT; -- method
ALTER TABLE casework_documents ADD COLUMN void_at DATETIME;
ALTER TABLE casework_documents ADD COLUMN void_reason TEXT;

-- Money: what a payment was for, and how it came. null: the fine, through the bank.
ALTER TABLE casework_payments ADD COLUMN surcharge_fen BIGINT; -- towards the surcharge (AP 72)
ALTER TABLE casework_payments ADD COLUMN cash BOOLEAN;

-- Who has withdrawn from a case for an interest of his own (AP 43).
ALTER TABLE casework_officers ADD COLUMN withdrawn_at DATETIME;

-- What weighs in the fine: JSON list of circumstances (law.Circumstances), and the grade of the article.
ALTER TABLE casework_cases ADD COLUMN circumstances TEXT;
ALTER TABLE casework_cases ADD COLUMN grade TEXT;

-- The office's own discretion tiers (AP 34), version by version; the newest that is in force holds.
CREATE TABLE casework_tiers (
    id         TEXT PRIMARY KEY,
    matter     TEXT NOT NULL, -- code@valid-from
    party      TEXT NOT NULL, -- person, organisation
    grade      TEXT NOT NULL,
    version    INTEGER NOT NULL,
    tiers      TEXT NOT NULL, -- JSON list of law.Tier
    valid_from DATE NOT NULL,
    source     TEXT NOT NULL, -- the office's rule that sets them
    set_at     DATETIME NOT NULL,
    set_by     TEXT NOT NULL,
    UNIQUE (matter, party, grade, version)
);
CREATE INDEX casework_parties_code ON casework_parties (id_code);
