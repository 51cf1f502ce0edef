-- Desks: a named group of people in a facility, whose tasks are theirs alone. Locks the tables for a moment: a constant default rewrites no row, and is dropped again.
ALTER TABLE "delivery" ADD COLUMN "desk_id" uuid;--> statement-breakpoint
ALTER TABLE "notice" ADD COLUMN "desk_id" uuid;--> statement-breakpoint
ALTER TABLE "subscription" ADD COLUMN "desk_ids" uuid[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "subscription" ALTER COLUMN "desk_ids" DROP DEFAULT;