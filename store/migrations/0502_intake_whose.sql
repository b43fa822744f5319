-- +goose Up
-- The outside unit that a complaint is with while a department looks or a community settles; the unit
-- that answers for it stays the bureau's. danger: JSON list of what in its text is dangerous. proposal: JSON,
-- what the routing rules said of it. Both are null where there is nothing.
ALTER TABLE intake_complaints ADD COLUMN with_unit TEXT;
ALTER TABLE intake_complaints ADD COLUMN danger TEXT;
ALTER TABLE intake_complaints ADD COLUMN proposal TEXT;
ALTER TABLE intake_complaints ADD COLUMN asking TEXT; -- what the squad has asked for and nobody has answered: extension
CREATE INDEX intake_complaints_with ON intake_complaints (with_unit, received_at DESC, id DESC) WHERE with_unit IS NOT NULL;
-- What is urgent is little, and is looked for alone.
CREATE INDEX intake_complaints_urgent ON intake_complaints (received_at DESC, id DESC) WHERE urgent;
CREATE INDEX intake_complaints_urgent_unit ON intake_complaints (unit, received_at DESC, id DESC) WHERE urgent;
CREATE INDEX intake_complaints_asking ON intake_complaints (asking) WHERE asking IS NOT NULL;
CREATE INDEX intake_complaints_case ON intake_complaints (case_id) WHERE case_id IS NOT NULL;

-- What a unit that joins in (协办) was asked and what it did.
CREATE TABLE intake_parts (
    id          TEXT PRIMARY KEY,
    complaint   TEXT NOT NULL REFERENCES intake_complaints (id),
    unit        TEXT NOT NULL,
    task        TEXT NOT NULL,
    received_at DATETIME NOT NULL, -- the complaint's, so that a unit's list is read in its order
    asked_at    DATETIME NOT NULL,
    done        TEXT NOT NULL,     -- empty until it is answered
    answered_by TEXT,
    answered_at DATETIME
);
CREATE UNIQUE INDEX intake_parts_once ON intake_parts (complaint, unit);
CREATE INDEX intake_parts_unit ON intake_parts (unit, received_at DESC, complaint DESC);

-- What came of a complaint, a row for each one that was answered, so that rates are counted without reading steps.
CREATE TABLE intake_results (
    complaint    TEXT PRIMARY KEY REFERENCES intake_complaints (id),
    unit         TEXT NOT NULL,
    kind         TEXT NOT NULL,
    channel      TEXT NOT NULL,
    person       TEXT NOT NULL,    -- who answered; empty where a department transferred it away
    replied_at   DATETIME NOT NULL,
    on_time      BOOLEAN,          -- within the time to reply; null: none ran
    contacted    BOOLEAN,          -- first contact within its time; null: none ran
    called       TEXT              -- the newest answer to a call back; null: not yet
);
CREATE INDEX intake_results_at ON intake_results (replied_at, unit, kind, channel, person, on_time, contacted, called);
