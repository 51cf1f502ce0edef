-- Who may do what. Takes a short ACCESS EXCLUSIVE lock on nothing: GRANT only changes catalogue rows.
-- The app writes through `record`: entries are inserted and read, never changed or deleted.
GRANT SELECT, INSERT ON "entry" TO notifications_app;
--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON "unplaced", "idempotency" TO notifications_app;
--> statement-breakpoint
GRANT SELECT, INSERT ON "place" TO notifications_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON "lease", "consumed", "follower" TO notifications_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON "subscription", "notice", "delivery", "heard_checkpoint" TO notifications_app;
--> statement-breakpoint
GRANT SELECT ON "tile", "checkpoint" TO notifications_app;
--> statement-breakpoint
GRANT SELECT ON "entry", "place" TO notifications_sealer;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON "tile", "lease" TO notifications_sealer;
--> statement-breakpoint
GRANT SELECT, INSERT ON "checkpoint" TO notifications_sealer;
