-- Which life of its journal a database is in, so that cursors of before a restore are told from others. Locks nothing that is in use: the table
-- is new, unless a restore of a backup of before has made it, with its row.
CREATE TABLE IF NOT EXISTS "generation" (
	"id" uuid PRIMARY KEY NOT NULL,
	"restored_at" timestamp (3) with time zone
);--> statement-breakpoint
INSERT INTO "generation" ("id") SELECT gen_random_uuid() WHERE NOT EXISTS (SELECT FROM "generation");--> statement-breakpoint
GRANT SELECT ON "generation" TO "referral_app";
