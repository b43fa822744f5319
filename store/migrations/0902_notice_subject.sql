-- +goose Up
-- The newest notice that a person has of a matter is asked for whenever an entry is read. By the index of before SQLite went through all notices of
-- the person instead, in the order of their time.
DROP INDEX notice_items_subject;
CREATE INDEX notice_items_subject ON notice_items (subject, person, at DESC, id DESC);
