-- +goose Up
-- What stands in the streets and is looked at again and again: shops, signs, building sites. cell is the square of half a
-- hundredth of a degree that it lies in, for finding what lies in an area.
CREATE TABLE casework_objects (
    id            TEXT PRIMARY KEY,
    code          TEXT NOT NULL UNIQUE, -- by which patrols know it
    kind          TEXT NOT NULL,        -- shop, sign, site, stall, building, facility
    name          TEXT NOT NULL,
    address       TEXT NOT NULL,
    lon           DOUBLE PRECISION NOT NULL,
    lat           DOUBLE PRECISION NOT NULL,
    cell          BIGINT NOT NULL,
    unit          TEXT NOT NULL,        -- the squad that looks at it
    registered_at DATETIME NOT NULL,
    registered_by TEXT NOT NULL,
    gone_at       DATETIME,
    rev           BIGINT NOT NULL
);
CREATE INDEX casework_objects_cell ON casework_objects (cell, id);
CREATE INDEX casework_objects_unit ON casework_objects (unit, id);
CREATE INDEX casework_objects_kind ON casework_objects (unit, kind, id);

-- The object that a case is about; null: none that is on the register.
ALTER TABLE casework_cases ADD COLUMN object TEXT;
CREATE INDEX casework_cases_object ON casework_cases (object, opened_at DESC, id DESC) WHERE object IS NOT NULL;
