-- What the app role and the sealer role may do; they own nothing. Locks each table for the length of a catalogue write.
GRANT SELECT, INSERT ON entry TO registry_app;
GRANT SELECT, INSERT, DELETE ON unplaced TO registry_app;
GRANT SELECT, INSERT ON place TO registry_app;
-- DELETE: keys that nobody will repeat any more are cleared away.
GRANT SELECT, INSERT, DELETE ON idempotency TO registry_app;
GRANT SELECT, INSERT, UPDATE ON lease, consumed, follower TO registry_app;
GRANT SELECT ON tile, checkpoint TO registry_app;
GRANT SELECT, INSERT, UPDATE ON beneficiary, consent, intake_batch TO registry_app;
-- Rows lie here only until they are worked off; the report is written once.
GRANT SELECT, INSERT, DELETE ON intake_row TO registry_app;
GRANT SELECT, INSERT ON intake_error TO registry_app;
--> statement-breakpoint
GRANT SELECT ON entry, place TO registry_sealer;
GRANT SELECT, INSERT, UPDATE ON tile, lease TO registry_sealer;
GRANT SELECT, INSERT ON checkpoint TO registry_sealer;
