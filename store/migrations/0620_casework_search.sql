-- +goose Up
-- How far the papers and findings of older cases have been made findable: what a new version finds more in them is
-- filled in while the house runs.
CREATE TABLE casework_refill (
    id    TEXT PRIMARY KEY, -- the version of what a case is findable by
    after TEXT NOT NULL,    -- id of the last case that was done
    done  BOOLEAN NOT NULL
);
