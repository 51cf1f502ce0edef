-- Desks: a named group of people in a facility, whose tasks are theirs alone. Locks the tables for a moment: a constant default rewrites no row, and is dropped again.
ALTER TABLE "facility" ADD COLUMN "desks" jsonb DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE "facility" ALTER COLUMN "desks" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "offering" ADD COLUMN "desk_id" uuid;