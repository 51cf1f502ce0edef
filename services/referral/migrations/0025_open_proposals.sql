-- Until when an organisation can be asked to take a case over, and indexes by which either side finds what is asked, and by which a consent that goes
-- finds what was asked under it.
-- Locks "referral" for a moment; while the indexes of the few open proposals are built, writes to it wait.
ALTER TABLE "referral" ADD COLUMN "transfer_consent_ends_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "referral_proposed_to" ON "referral" USING btree ("transfer_organisation_id","created_at","id") WHERE "referral"."transfer_organisation_id" is not null;--> statement-breakpoint
CREATE INDEX "referral_proposed_by" ON "referral" USING btree ("referrer_organisation_id","created_at","id") WHERE "referral"."transfer_organisation_id" is not null;--> statement-breakpoint
CREATE INDEX "referral_proposed_under" ON "referral" USING btree ("transfer_consent_id") WHERE "referral"."transfer_organisation_id" is not null;