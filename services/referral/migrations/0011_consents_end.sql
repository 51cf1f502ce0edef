-- When the consent of a referral ends, taken from this service's copies: from then on nothing more is shared, and the system is
-- woken for it. What it cancels then is in the index of the referrer's open work.
-- Locks "referral" while that index is built: writes wait, and reads for the moment in which the old one goes. Only referrals
-- whose consent has an end are written.
DROP INDEX "referral_work_of_referrer";--> statement-breakpoint
ALTER TABLE "referral" ADD COLUMN "consent_ends_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "referral_work_of_referrer" ON "referral" USING btree ("referrer_organisation_id",(case when "state" = 'draft' then 3 when "priority" = 'emergency' then 0 when "priority" = 'urgent' then 1 else 2 end),(coalesce("due_at", "entered_state_at")),"id") WHERE ("referral"."state" in ('draft', 'sent', 'acknowledged', 'info_requested', 'accepted', 'scheduled', 'no_show', 'in_service', 'cancel_requested', 'completed', 'rejected', 'expired') or ("referral"."state" = 'cancelled' and "referral"."reason_code" in ('cancel-unconfirmed', 'declined', 'revoked', 'consent-ended') and coalesce("referral"."referrer_acted_at" < "referral"."entered_state_at", true)));--> statement-breakpoint
UPDATE "referral" SET
	"consent_ends_at" = "consent"."ends_at",
	"wake_at" = CASE WHEN "referral"."state" in ('sent', 'acknowledged', 'info_requested', 'accepted', 'scheduled', 'no_show', 'in_service', 'cancel_requested', 'completed') AND NOT "referral"."sharing_stopped"
		THEN least("referral"."wake_at", "consent"."ends_at") ELSE "referral"."wake_at" END
FROM "consent" WHERE "consent"."id" = "referral"."consent_id" AND "consent"."ends_at" IS NOT NULL;
