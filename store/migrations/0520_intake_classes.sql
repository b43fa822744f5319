-- +goose Up
-- What the models said a complaint is about when it came in, and what the desk then said. A complaint without a row came
-- in before there were models, or in bulk.
CREATE TABLE intake_guesses (
    complaint     TEXT PRIMARY KEY REFERENCES intake_complaints (id),
    class         TEXT NOT NULL,             -- of the complaints' classes; empty: the text says nothing
    class_sure    DOUBLE PRECISION NOT NULL, -- 0 to 1
    took          BOOLEAN NOT NULL,          -- sure enough: the class became the complaint's without asking
    matter        TEXT NOT NULL,             -- code of a penalty matter, or empty
    matter_sure   DOUBLE PRECISION NOT NULL,
    sure_matter   BOOLEAN NOT NULL,          -- sure enough to be filled in
    others        TEXT NOT NULL,             -- JSON: the next likely ones of both
    chosen_class  TEXT NOT NULL,             -- what a person said; empty: nobody has
    chosen_matter TEXT NOT NULL,
    chosen_by     TEXT,
    chosen_at     DATETIME
);
CREATE INDEX intake_guesses_chosen ON intake_guesses (chosen_at) WHERE chosen_at IS NOT NULL;

-- A model that the office's own history made, with what it did on what was held out.
CREATE TABLE intake_models (
    id          TEXT PRIMARY KEY,
    task        TEXT NOT NULL,     -- complaints, matters
    version     INTEGER NOT NULL,
    state       TEXT NOT NULL,     -- on; off: was on; worse: did worse than the one that was on; few: too little was held out
    examples    INTEGER NOT NULL,  -- that it learned from
    learnt      TEXT NOT NULL,     -- SHA-256 of all examples, held-out ones too
    bound       DOUBLE PRECISION NOT NULL,
    report      TEXT NOT NULL,     -- JSON, on the held-out examples
    before      TEXT NOT NULL,     -- JSON: what the one that was on did on the same examples
    sha256      TEXT NOT NULL,     -- of its file
    made_by     TEXT NOT NULL,
    made_at     DATETIME NOT NULL,
    switched_at DATETIME,
    ended_at    DATETIME
);
CREATE UNIQUE INDEX intake_models_version ON intake_models (task, version);
CREATE UNIQUE INDEX intake_models_on ON intake_models (task) WHERE state = 'on';

-- The models themselves; old ones are dropped, their figures stay.
CREATE TABLE intake_model_files (
    model   TEXT PRIMARY KEY REFERENCES intake_models (id),
    content BYTEA NOT NULL
);
