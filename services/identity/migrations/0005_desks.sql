-- Desks: a named group of people in a facility, whose tasks are theirs alone. Locks the tables for a moment: a constant default rewrites no row, and is dropped again.
ALTER TABLE "client" ADD COLUMN "desk_ids" uuid[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "client" ALTER COLUMN "desk_ids" DROP DEFAULT;