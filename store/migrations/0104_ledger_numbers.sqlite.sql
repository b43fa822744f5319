-- +goose Up
-- Once an entry has its place in the tree, its number is the place and one more, so that no column of it can change unseen.
-- Here it nearly always was: a new row has the number behind the highest.
UPDATE ledger_entries SET seq = seq + 2305843009213693952 WHERE leaf IS NULL OR leaf < 0;
UPDATE ledger_entries SET seq = -(leaf + 1) WHERE leaf >= 0 AND seq <> leaf + 1;
UPDATE ledger_entries SET seq = -seq WHERE seq < 0;
