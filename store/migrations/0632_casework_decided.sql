-- +goose Up
-- What has been decided about whom, beside the cases: an act is fined once (AP 29), and a first one may go without a penalty
-- (AP 33), which is asked each time a case is opened. A company may have a thousand cases; their rows need not be read for it.
CREATE TABLE casework_decided (
    case_id  TEXT PRIMARY KEY REFERENCES casework_cases (id),
    id_code  TEXT NOT NULL, -- of the party
    act_date DATE NOT NULL,
    matter   TEXT NOT NULL
);
INSERT INTO casework_decided (case_id, id_code, act_date, matter)
    SELECT c.id, min(p.id_code), c.act_date, c.matter FROM casework_cases c JOIN casework_parties p ON p.case_id = c.id
    WHERE c.decided_yuan IS NOT NULL AND c.decided_at IS NOT NULL AND p.id_code <> '' GROUP BY c.id, c.act_date, c.matter;
CREATE INDEX casework_decided_day ON casework_decided (id_code, act_date, case_id);
CREATE INDEX casework_decided_matter ON casework_decided (id_code, matter, case_id);
