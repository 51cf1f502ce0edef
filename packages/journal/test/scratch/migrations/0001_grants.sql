-- What each role may touch, and nothing else. Locks nothing that is in use: the tables are new.
-- Entries can be written and read by the app, never changed or taken away; tiles and checkpoints are the sealer's.
GRANT SELECT, INSERT ON "entry" TO "scratch_app";--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON "unplaced" TO "scratch_app";--> statement-breakpoint
GRANT SELECT, INSERT ON "place" TO "scratch_app";--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON "idempotency" TO "scratch_app";--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON "lease", "consumed", "follower" TO "scratch_app";--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON "parcel", "permit" TO "scratch_app";--> statement-breakpoint
GRANT SELECT ON "tile", "checkpoint" TO "scratch_app";--> statement-breakpoint
GRANT SELECT ON "entry", "place" TO "scratch_sealer";--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON "tile", "lease" TO "scratch_sealer";--> statement-breakpoint
GRANT SELECT, INSERT ON "checkpoint" TO "scratch_sealer";
