-- +goose Up
-- What people of the office said of where an address is: a pin that was moved or confirmed. An address is kept down to the
-- building; no flat and no name of a person stands here. A word is withdrawn, never changed.
CREATE TABLE area_words (
    id           TEXT PRIMARY KEY,
    address_key  TEXT NOT NULL,     -- of area_places
    lon          DOUBLE PRECISION NOT NULL,
    lat          DOUBLE PRECISION NOT NULL,
    complaint    TEXT NOT NULL,     -- by which it was said
    person       TEXT NOT NULL,
    unit         TEXT NOT NULL,
    how          TEXT NOT NULL,     -- registered, placed: on a complaint; settled: by the desk, on the address itself
    said_at      DATETIME NOT NULL,
    withdrawn_at DATETIME,
    withdrawn_by TEXT,
    reason       TEXT
);
CREATE INDEX area_words_address ON area_words (address_key, said_at);

-- What those words come to, made again with each of them.
CREATE TABLE area_places (
    id           TEXT PRIMARY KEY,
    address_key  TEXT NOT NULL UNIQUE,
    address      TEXT NOT NULL,     -- as it was last said
    road         TEXT NOT NULL,
    number       INTEGER NOT NULL,  -- of the road; 0: a crossing, or a name alone
    name         TEXT NOT NULL,     -- of a compound or landmark
    lon          DOUBLE PRECISION NOT NULL,
    lat          DOUBLE PRECISION NOT NULL,
    people       INTEGER NOT NULL,  -- who agree
    rival_lon    DOUBLE PRECISION NOT NULL,
    rival_lat    DOUBLE PRECISION NOT NULL,
    rival_people INTEGER NOT NULL,  -- who agree on another place
    standing     TEXT NOT NULL,     -- holds, disputed, waits, gone
    last_at      DATETIME NOT NULL
);
CREATE INDEX area_places_road ON area_places (road, number) WHERE standing IN ('holds', 'disputed');
CREATE INDEX area_places_name ON area_places (name) WHERE standing IN ('holds', 'disputed');
CREATE INDEX area_places_last ON area_places (last_at, id);
CREATE INDEX area_places_open ON area_places (standing, last_at, id) WHERE standing IN ('disputed', 'waits');
