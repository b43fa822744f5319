-- +goose Up
-- What is public of a complaint that came by the portal or from another program (Open311), and by what it is asked for.
CREATE TABLE intake_public (
    complaint    TEXT PRIMARY KEY REFERENCES intake_complaints (id),
    public_id    TEXT NOT NULL UNIQUE,  -- unguessable, and told to everybody
    service      TEXT NOT NULL,         -- what it is about, of data/services
    way          TEXT NOT NULL,         -- portal, open311
    api_key      TEXT,                  -- whose key it came by
    token        TEXT UNIQUE,           -- by which its number is asked for later; null where the number was told at once
    media_url    TEXT,                  -- as it was sent; nobody fetches it
    attributes   TEXT NOT NULL,         -- JSON: code → list of values
    requested_at DATETIME NOT NULL
);
CREATE INDEX intake_public_requested ON intake_public (requested_at DESC, complaint DESC);
CREATE INDEX intake_public_service ON intake_public (service, requested_at DESC, complaint DESC);

-- By what a citizen finds a complaint again, without a name and without a sign-in. Only digests are kept.
CREATE TABLE intake_trackings (
    digest    TEXT PRIMARY KEY,  -- SHA-256 of the code
    complaint TEXT NOT NULL REFERENCES intake_complaints (id),
    part      TEXT NOT NULL,     -- informant, follower
    at        DATETIME NOT NULL
);
CREATE INDEX intake_trackings_complaint ON intake_trackings (complaint);

ALTER TABLE intake_contacts ADD COLUMN email TEXT;
ALTER TABLE intake_contacts ADD COLUMN account TEXT; -- of the program that the citizen used
ALTER TABLE intake_contacts ADD COLUMN device TEXT;
