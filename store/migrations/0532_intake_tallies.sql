-- +goose Up
-- How many answers of a month there are of each sort, so that a year's rates need not read every answer. Kept by whoever writes
-- intake_results, in the same transaction; person is '*' in the rows that count everybody.
CREATE TABLE intake_tallies (
    month       TEXT NOT NULL,    -- 2026-03, of Shanghai
    unit        TEXT NOT NULL,
    kind        TEXT NOT NULL,
    channel     TEXT NOT NULL,
    person      TEXT NOT NULL,
    answered    BIGINT NOT NULL,
    timed       BIGINT NOT NULL,
    on_time     BIGINT NOT NULL,
    contactable BIGINT NOT NULL,
    contacted   BIGINT NOT NULL,
    called      BIGINT NOT NULL,
    solved      BIGINT NOT NULL,
    satisfied   BIGINT NOT NULL,
    fairly      BIGINT NOT NULL,
    PRIMARY KEY (month, unit, kind, channel, person)
);
CREATE INDEX intake_tallies_all ON intake_tallies (month, unit, kind, channel, answered, timed, on_time, contactable, contacted, called, solved, satisfied, fairly) WHERE person = '*';
CREATE INDEX intake_tallies_person ON intake_tallies (month, person, unit, kind, channel, answered, timed, on_time, contactable, contacted, called, solved, satisfied, fairly) WHERE person <> '*';
