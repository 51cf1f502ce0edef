-- What the source system has said of a person, by field, so that a later row that repeats it is no news. Locks "beneficiary" for a
-- moment: the column is empty.
ALTER TABLE "beneficiary" ADD COLUMN "source_memory" jsonb;