-- What the app and the sealer may do, and nothing else: entries are never changed or deleted, by nobody but the owner.
-- Grants lock each table for an instant (ACCESS SHARE on the table, a row lock in the catalogue); readers and writers go on.
GRANT SELECT, INSERT ON "entry" TO directory_app;--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON "unplaced" TO directory_app;--> statement-breakpoint
GRANT SELECT, INSERT ON "place" TO directory_app;--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON "idempotency" TO directory_app;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON "lease", "consumed", "follower" TO directory_app;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON "organisation", "facility", "offering", "place_unit" TO directory_app;--> statement-breakpoint
GRANT SELECT ON "tile", "checkpoint" TO directory_app;--> statement-breakpoint
GRANT SELECT ON "entry", "place" TO directory_sealer;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON "tile", "lease" TO directory_sealer;--> statement-breakpoint
GRANT SELECT, INSERT ON "checkpoint" TO directory_sealer;
