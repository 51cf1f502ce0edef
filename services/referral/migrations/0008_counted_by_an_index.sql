-- Statistics count current tasks in an index that has all they ask of one, and reads no row for it where the table is vacuumed often
-- enough: after every fiftieth row that was changed, not every fifth.
-- Locks "referral" while the two indexes are built: writes wait (three seconds for a million rows), and reads for the moment in which the old
-- one goes. No row is rewritten.
CREATE INDEX "referral_counted" ON "referral" USING btree ("sent_at","facility_id","district_id","priority","referrer_organisation_id","facility_organisation_id","outcome","need_met","no_shows","rejection_code","barrier","acknowledged_at","accepted_at","started_at","completed_at","cancelled_at","expired_at","closed_at") WHERE state not in ('draft', 'entered_in_error') and need_category not in ('mhpss', 'sexual-violence', 'trafficking', 'hiv', 'substance-use') and not walk_in;--> statement-breakpoint
CREATE INDEX "referral_in_error" ON "referral" USING btree ("id") WHERE "referral"."state" = 'entered_in_error';--> statement-breakpoint
DROP INDEX "referral_sent_at";--> statement-breakpoint
ALTER TABLE "referral" SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02);
