-- What each role may touch, and nothing else. Locks nothing that is in use: the tables are new.
-- Entries can be written and read by the app, never changed or taken away; tiles and checkpoints are the sealer's.
GRANT SELECT, INSERT ON "entry" TO "identity_app";--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON "unplaced" TO "identity_app";--> statement-breakpoint
GRANT SELECT, INSERT ON "place" TO "identity_app";--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON "idempotency" TO "identity_app";--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON "lease", "consumed", "follower" TO "identity_app";--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON "client" TO "identity_app";--> statement-breakpoint
-- A store of nonces: what has expired is taken away.
GRANT SELECT, INSERT, UPDATE, DELETE ON "used_assertion" TO "identity_app";--> statement-breakpoint
GRANT SELECT ON "tile", "checkpoint" TO "identity_app";--> statement-breakpoint
GRANT SELECT ON "entry", "place" TO "identity_sealer";--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON "tile", "lease" TO "identity_sealer";--> statement-breakpoint
GRANT SELECT, INSERT ON "checkpoint" TO "identity_sealer";
