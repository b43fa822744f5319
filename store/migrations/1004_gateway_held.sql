-- +goose Up
-- What somebody on the portal is about to send or looks at, between two of his pages: sealed under a key that lies half in his
-- page's address and half with us, so that neither the table nor the address alone tells anything. It goes within a day.
CREATE TABLE gateway_held (
    id      TEXT PRIMARY KEY, -- digest of the address
    content TEXT NOT NULL,
    until   DATETIME NOT NULL
);
CREATE INDEX gateway_held_until ON gateway_held (until);
