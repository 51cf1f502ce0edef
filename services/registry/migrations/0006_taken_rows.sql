-- Which batch the last row of a person came in, and the rows before it in the same batch, so that a file that has a person in
-- several rows changes nothing when it is pushed again. Locks "beneficiary" for a moment: the columns are empty.
ALTER TABLE "beneficiary" ADD COLUMN "row_batch_id" uuid;--> statement-breakpoint
ALTER TABLE "beneficiary" ADD COLUMN "earlier_row_digests" text[];