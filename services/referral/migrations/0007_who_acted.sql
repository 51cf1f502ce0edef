-- When each side last acted, so that a message or a person's word is on a worklist until somebody has; and the indexes of open work
-- now hold every state in which somebody can be written to.
-- Locks "referral" while the two indexes are built: writes wait, and reads for the moment in which the old ones go. No row is rewritten.
DROP INDEX "referral_work_of_facility";--> statement-breakpoint
DROP INDEX "referral_work_of_referrer";--> statement-breakpoint
ALTER TABLE "referral" ADD COLUMN "referrer_acted_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "referral" ADD COLUMN "facility_acted_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "referral" ADD COLUMN "supervisor_acted_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "referral_work_of_facility" ON "referral" USING btree ("facility_id",(case when "state" = 'draft' then 3 when "priority" = 'emergency' then 0 when "priority" = 'urgent' then 1 else 2 end),(coalesce("due_at", "entered_state_at")),"id") WHERE "referral"."state" in ('sent', 'acknowledged', 'info_requested', 'accepted', 'scheduled', 'no_show', 'in_service', 'cancel_requested');--> statement-breakpoint
CREATE INDEX "referral_work_of_referrer" ON "referral" USING btree ("referrer_organisation_id",(case when "state" = 'draft' then 3 when "priority" = 'emergency' then 0 when "priority" = 'urgent' then 1 else 2 end),(coalesce("due_at", "entered_state_at")),"id") WHERE ("referral"."state" in ('draft', 'sent', 'acknowledged', 'info_requested', 'accepted', 'scheduled', 'no_show', 'in_service', 'cancel_requested', 'completed', 'rejected', 'expired') or ("referral"."state" = 'cancelled' and "referral"."reason_code" = 'cancel-unconfirmed'));
