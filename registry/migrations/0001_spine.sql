-- Sites, devices, packets and receipts. Plain SQL: SQLite and PostgreSQL both read this file.
-- Times are seconds since 1970 UTC. Hashes, keys and ids are the base64url or hex of the wire.

CREATE TABLE settings (
  name  TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);

CREATE TABLE sites (
  code                  TEXT   NOT NULL PRIMARY KEY,
  name                  TEXT   NOT NULL,
  inactivity_limit_days BIGINT NOT NULL,
  grace_seconds         BIGINT NOT NULL
);

-- A token is kept as its hash. What was answered is kept, so that a repeated request gets the same.
CREATE TABLE pairings (
  token_hash    TEXT   NOT NULL PRIMARY KEY,
  site          TEXT   NOT NULL REFERENCES sites (code),
  offered_at    BIGINT NOT NULL,
  dev           TEXT,
  configuration TEXT
);

CREATE TABLE devices (
  dev       TEXT   NOT NULL PRIMARY KEY,
  site      TEXT   NOT NULL REFERENCES sites (code),
  jwk       TEXT   NOT NULL,
  paired_at BIGINT NOT NULL,
  seen_at   BIGINT NOT NULL
);

-- One row for each manifest that was accepted. `received` is the offset that a station is told;
-- `round` counts how often the bytes were dropped because they had not the hash of the manifest.
CREATE TABLE packets (
  pid         TEXT   NOT NULL PRIMARY KEY,
  dev         TEXT   NOT NULL REFERENCES devices (dev),
  site        TEXT   NOT NULL,
  seq         BIGINT NOT NULL,
  prev        TEXT   NOT NULL,
  manifest    TEXT   NOT NULL,
  mf          TEXT   NOT NULL,
  ct          TEXT   NOT NULL,
  len         BIGINT NOT NULL,
  sealed_at   BIGINT NOT NULL,
  created_at  BIGINT NOT NULL,
  round       BIGINT NOT NULL,
  received    BIGINT NOT NULL,
  received_at BIGINT,
  UNIQUE (dev, seq)
);

-- The objects that hold the bytes of an upload until it is complete.
CREATE TABLE pieces (
  pid    TEXT   NOT NULL REFERENCES packets (pid),
  round  BIGINT NOT NULL,
  start  BIGINT NOT NULL,
  len    BIGINT NOT NULL,
  object TEXT   NOT NULL,
  PRIMARY KEY (pid, round, start)
);

-- All receipts of a packet; the newest has the highest number.
CREATE TABLE receipts (
  pid    TEXT   NOT NULL REFERENCES packets (pid),
  number BIGINT NOT NULL,
  status TEXT   NOT NULL,
  iat    BIGINT NOT NULL,
  jws    TEXT   NOT NULL,
  PRIMARY KEY (pid, number)
);
