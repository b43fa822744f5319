-- +goose Up
-- The ground of each unit. geojson is a collection of one feature, in WGS-84, as jiexu import areas
-- read it. An import writes new rows for the units that it knows and removes their old ones.
CREATE TABLE area_areas (
    id          TEXT PRIMARY KEY,
    unit        TEXT NOT NULL,
    code        TEXT NOT NULL,     -- of the division, nine digits for a street
    name        TEXT NOT NULL,
    approximate BOOLEAN NOT NULL,  -- drawn for show, not surveyed
    geojson     TEXT NOT NULL,
    imported_at DATETIME NOT NULL,
    imported_by TEXT NOT NULL
);
CREATE INDEX area_areas_unit ON area_areas (unit);

CREATE VIEW area_v_areas AS SELECT id, unit, code, name, approximate FROM area_areas;
