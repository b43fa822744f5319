-- +goose Up
-- How somebody likes to see the list of complaints: what narrows it, its columns, its order. unit is where it is shared, or null.
CREATE TABLE intake_views (
    id       TEXT PRIMARY KEY,
    owner    TEXT NOT NULL,
    unit     TEXT,
    title    TEXT NOT NULL,
    filter   TEXT NOT NULL,  -- JSON
    columns  TEXT NOT NULL,  -- JSON list of those shown; empty: the usual ones
    at       DATETIME NOT NULL,
    rev      BIGINT NOT NULL
);
CREATE INDEX intake_views_owner ON intake_views (owner);
CREATE INDEX intake_views_unit ON intake_views (unit) WHERE unit IS NOT NULL;

-- The view with which the list opens for somebody.
CREATE TABLE intake_view_defaults (
    person TEXT PRIMARY KEY,
    view   TEXT NOT NULL REFERENCES intake_views (id)
);
CREATE INDEX intake_view_defaults_view ON intake_view_defaults (view);

-- Who wants to be told of what happens to a complaint.
CREATE TABLE intake_follows (
    complaint TEXT NOT NULL REFERENCES intake_complaints (id),
    person    TEXT NOT NULL,
    at        DATETIME NOT NULL,
    PRIMARY KEY (complaint, person)
);
CREATE INDEX intake_follows_person ON intake_follows (person, complaint);
