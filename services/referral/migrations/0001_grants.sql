-- What each role may touch, and nothing else. Locks nothing that is in use: the tables are new.
-- Entries can be written and read by the app, never changed or taken away; tiles and checkpoints are the sealer's.
GRANT SELECT, INSERT ON "entry" TO "referral_app";--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON "unplaced" TO "referral_app";--> statement-breakpoint
GRANT SELECT, INSERT ON "place" TO "referral_app";--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON "idempotency" TO "referral_app";--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON "lease", "consumed", "follower" TO "referral_app";--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON "referral", "person", "consent", "facility", "offering", "receipt" TO "referral_app";--> statement-breakpoint
GRANT SELECT ON "tile", "checkpoint" TO "referral_app";--> statement-breakpoint
GRANT SELECT ON "entry", "place" TO "referral_sealer";--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON "tile", "lease" TO "referral_sealer";--> statement-breakpoint
GRANT SELECT, INSERT ON "checkpoint" TO "referral_sealer";
