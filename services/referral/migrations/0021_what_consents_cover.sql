-- Which data categories the consent of a referral covers: what opens of the person to a facility hangs on them. Taken from this service's
-- copies, where something may still be opened; without a copy, it is what every consent covers under which a referral is sent.
-- Locks "referral" for a moment; then what is open, and what was closed within a month, is written.
ALTER TABLE "referral" ADD COLUMN "consent_categories" text[];--> statement-breakpoint
UPDATE "referral" SET "consent_categories" = "consent"."data_categories"
FROM "consent" WHERE "consent"."id" = "referral"."consent_id" AND "consent"."data_categories" IS NOT NULL
	AND ("referral"."state" NOT IN ('closed', 'entered_in_error') OR "referral"."closed_at" > now() - interval '31 days');
