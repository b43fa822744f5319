-- +goose Up
-- Which complaints are the nearest to a place is told from the index alone, however many there are in sixty days.
DROP INDEX intake_complaints_cell;
CREATE INDEX intake_complaints_cell ON intake_complaints ((CAST(lat * 500 AS INTEGER)), (CAST(lon * 500 AS INTEGER)), received_at DESC, lat, lon, unit, id);
