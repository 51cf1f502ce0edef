-- Lists go by when a referral was made, whatever time its id tells: their three indexes are built anew. Writes to "referral" wait
-- while they are built, some seconds for a million referrals; a process of the version before reads its lists more slowly meanwhile.
DROP INDEX "referral_of_referrer";--> statement-breakpoint
DROP INDEX "referral_received_by_facility";--> statement-breakpoint
DROP INDEX "referral_of_facility_organisation";--> statement-breakpoint
CREATE INDEX "referral_of_referrer" ON "referral" USING btree ("referrer_organisation_id","created_at","id");--> statement-breakpoint
CREATE INDEX "referral_received_by_facility" ON "referral" USING btree ("facility_organisation_id","facility_id","created_at","id") WHERE "referral"."sent_at" is not null;--> statement-breakpoint
CREATE INDEX "referral_of_facility_organisation" ON "referral" USING btree ("facility_organisation_id","created_at","id");