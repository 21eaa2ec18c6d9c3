-- What became of packets after their first receipt. `mark` is the place of a receipt among all that
-- the registry ever signed, by which a device asks for those that are new; `dev` is the packet's.

-- One row. A receipt takes its mark in the transaction that adds it, so none appears behind a mark
-- that was given out.
CREATE TABLE marks (last BIGINT NOT NULL);

ALTER TABLE receipts ADD COLUMN dev TEXT;
ALTER TABLE receipts ADD COLUMN mark BIGINT;

UPDATE receipts SET dev = packets.dev, mark = ordered.mark
FROM packets,
     (SELECT pid, number, ROW_NUMBER() OVER (ORDER BY iat, pid, number) AS mark
      FROM receipts) AS ordered
WHERE packets.pid = receipts.pid AND ordered.pid = receipts.pid AND ordered.number = receipts.number;

INSERT INTO marks (last) SELECT COUNT(*) FROM receipts;

CREATE UNIQUE INDEX receipts_of_device ON receipts (dev, mark);
