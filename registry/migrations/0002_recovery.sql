-- What a device was entrusted with when it was paired: the code that opens it when its last PIN is
-- forgotten, and the secret by which it introduces a new key. Devices paired before have none.

ALTER TABLE devices ADD COLUMN recovery TEXT;
ALTER TABLE devices ADD COLUMN rekey TEXT;

-- The key whose place this one took, where the device lost it.
ALTER TABLE devices ADD COLUMN replaces TEXT;
