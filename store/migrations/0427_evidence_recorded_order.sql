-- +goose Up
-- Recordings are listed by when they were recorded, those of which nobody knows by when they came.
CREATE INDEX evidence_recordings_when ON evidence_recordings (COALESCE(began_at, at), media);
