-- The service's roles read which migrations were applied, so that a process says at its start whether the schema is that of its version.
-- Locks nothing in use.
GRANT USAGE ON SCHEMA drizzle TO scratch_app, scratch_sealer;--> statement-breakpoint
GRANT SELECT ON drizzle.__drizzle_migrations TO scratch_app, scratch_sealer;
