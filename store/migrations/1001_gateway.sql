-- +goose Up
-- A platform outside with which messages are exchanged: the 12345 hotline, the city grid platform.
CREATE TABLE gateway_links (
    id         TEXT PRIMARY KEY,
    code       TEXT NOT NULL UNIQUE, -- in its address and the name of its folder
    kind       TEXT NOT NULL CHECK (kind IN ('hotline', 'grid')),
    name       TEXT NOT NULL,
    unit       TEXT NOT NULL,        -- where what it sends is registered
    transport  TEXT NOT NULL CHECK (transport IN ('http', 'folder')),
    url        TEXT NOT NULL,        -- of its end, for http
    format     TEXT NOT NULL CHECK (format IN ('json', 'csv')),
    encoding   TEXT NOT NULL CHECK (encoding IN ('utf-8', 'gb18030')),
    secret     TEXT NOT NULL,        -- encrypted; signs in both directions
    patrols    BOOLEAN NOT NULL,     -- our patrols' findings are reported to it
    enabled    BOOLEAN NOT NULL,
    created_at DATETIME NOT NULL,
    updated_at DATETIME NOT NULL,
    rev        BIGINT NOT NULL
);

-- How each link is doing; derived, nobody's act.
CREATE TABLE gateway_health (
    link       TEXT PRIMARY KEY REFERENCES gateway_links (id),
    heard_at   DATETIME,             -- the last message in
    sent_at    DATETIME,             -- the last message out
    failures   INTEGER NOT NULL,     -- attempts in a row that did not reach it
    down_since DATETIME,
    next_at    DATETIME,             -- until then it is not tried again
    error      TEXT NOT NULL
);

-- An order of a platform that we have heard of, and how far its events were taken in.
CREATE TABLE gateway_orders (
    link       TEXT NOT NULL REFERENCES gateway_links (id),
    order_no   TEXT NOT NULL,        -- theirs
    complaint  TEXT,                 -- ours; null until it was taken in
    number     TEXT NOT NULL,        -- of the complaint
    last_seq   BIGINT NOT NULL,      -- of its events that were taken in, where they are numbered
    stage      TEXT NOT NULL,        -- of the grid's seven; empty for others
    said       BIGINT NOT NULL,      -- how many messages of ours there are for it
    at         DATETIME NOT NULL,
    PRIMARY KEY (link, order_no)
);
CREATE INDEX gateway_orders_complaint ON gateway_orders (complaint) WHERE complaint IS NOT NULL;

-- What came in, one row an event, kept from the moment that it was acknowledged.
CREATE TABLE gateway_inbox (
    id         TEXT PRIMARY KEY,
    link       TEXT NOT NULL REFERENCES gateway_links (id),
    event      TEXT NOT NULL,        -- its number there; a digest where it has none
    digest     TEXT NOT NULL,        -- of what it says
    type       TEXT NOT NULL,
    order_no   TEXT NOT NULL,
    seq        BIGINT NOT NULL,      -- 0 where it is not numbered
    state      TEXT NOT NULL CHECK (state IN ('new', 'parked', 'held', 'done', 'declined')),
    fields     TEXT NOT NULL,        -- JSON object of texts; who complained is taken out once it is done
    problems   TEXT NOT NULL,        -- JSON list: why it is held
    notes      TEXT NOT NULL,        -- JSON list: what was repaired
    source     TEXT NOT NULL,        -- http, or the file and its line
    complaint  TEXT,
    number     TEXT NOT NULL,
    attempts   INTEGER NOT NULL,
    came_at    DATETIME NOT NULL,
    retry_at   DATETIME,             -- of what is new or parked: when it is looked at again
    updated_at DATETIME NOT NULL,
    rev        BIGINT NOT NULL
);
CREATE UNIQUE INDEX gateway_inbox_once ON gateway_inbox (link, event);
CREATE INDEX gateway_inbox_due ON gateway_inbox (link, retry_at) WHERE retry_at IS NOT NULL;
CREATE INDEX gateway_inbox_state ON gateway_inbox (state, came_at DESC, id DESC);
CREATE INDEX gateway_inbox_list ON gateway_inbox (came_at DESC, id DESC);
CREATE INDEX gateway_inbox_order ON gateway_inbox (link, order_no, seq);

-- What is to be said to a platform. A follower of the log writes it; a row leaves the box when it was acknowledged.
CREATE TABLE gateway_outbox (
    id         TEXT PRIMARY KEY,     -- of the link and the log's entry: the same one is never two
    link       TEXT NOT NULL REFERENCES gateway_links (id),
    order_no   TEXT NOT NULL,
    number     BIGINT NOT NULL,      -- among the messages of this order, from 1
    place      TEXT NOT NULL,        -- in the order in which they came about
    type       TEXT NOT NULL,
    body       TEXT NOT NULL,        -- JSON, as it is sent
    state      TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'held', 'dropped')),
    attempts   INTEGER NOT NULL,
    next_at    DATETIME NOT NULL,
    error      TEXT NOT NULL,        -- of the last attempt
    created_at DATETIME NOT NULL,
    sent_at    DATETIME,
    updated_at DATETIME NOT NULL
);
CREATE UNIQUE INDEX gateway_outbox_number ON gateway_outbox (link, order_no, number);
CREATE INDEX gateway_outbox_waiting ON gateway_outbox (link, place) WHERE state = 'waiting';
CREATE INDEX gateway_outbox_state ON gateway_outbox (state, created_at DESC, id DESC);
CREATE INDEX gateway_outbox_list ON gateway_outbox (created_at DESC, id DESC);

-- The nonces of requests that were taken, so that none is taken twice.
CREATE TABLE gateway_nonces (
    link  TEXT NOT NULL REFERENCES gateway_links (id),
    nonce TEXT NOT NULL,
    at    DATETIME NOT NULL,
    PRIMARY KEY (link, nonce)
);
CREATE INDEX gateway_nonces_at ON gateway_nonces (at);

-- What a platform's codes mean here; the desk edits it.
CREATE TABLE gateway_codes (
    id         TEXT PRIMARY KEY,
    kind       TEXT NOT NULL,        -- of the gateway
    list       TEXT NOT NULL,        -- kind: of complaint
    theirs     TEXT NOT NULL,
    ours       TEXT NOT NULL,
    updated_at DATETIME NOT NULL,
    rev        BIGINT NOT NULL
);
CREATE UNIQUE INDEX gateway_codes_once ON gateway_codes (kind, list, theirs);
