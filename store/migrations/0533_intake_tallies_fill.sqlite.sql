-- +goose Up
-- The answers that there are already; see systems/intake/tallies.go.
INSERT INTO intake_tallies (month, unit, kind, channel, person, answered, timed, on_time, contactable, contacted, called, solved, satisfied, fairly)
    SELECT substr(datetime(replied_at, '+8 hours'), 1, 7), unit, kind, channel, who.person, count(*), count(on_time), count(*) FILTER (WHERE on_time), count(contacted), count(*) FILTER (WHERE contacted),
        count(*) FILTER (WHERE called IN ('solved', 'solved_basically', 'solved_unsatisfied', 'unsolved')),
        count(*) FILTER (WHERE called IN ('solved', 'solved_basically', 'solved_unsatisfied')),
        count(*) FILTER (WHERE called = 'solved'), count(*) FILTER (WHERE called = 'solved_basically')
    FROM intake_results r JOIN (SELECT complaint AS of_complaint, person FROM intake_results UNION ALL SELECT complaint, '*' FROM intake_results) who ON who.of_complaint = r.complaint
    GROUP BY 1, unit, kind, channel, who.person;
