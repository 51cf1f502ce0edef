-- A message that could not be read is parked as it came. Locks the table for a moment: columns that may be empty are added, and no row is rewritten.
ALTER TABLE "parked" ALTER COLUMN "event" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "parked" ADD COLUMN "message" "bytea";--> statement-breakpoint
ALTER TABLE "parked" ADD COLUMN "message_at" text;