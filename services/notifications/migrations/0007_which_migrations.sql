-- The service's roles read which migrations were applied, so that a process says at its start whether the schema is that of its version.
-- Locks nothing in use.
GRANT USAGE ON SCHEMA drizzle TO notifications_app, notifications_sealer;--> statement-breakpoint
GRANT SELECT ON drizzle.__drizzle_migrations TO notifications_app, notifications_sealer;
