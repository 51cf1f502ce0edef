-- Since when a person is taken on without the registry's word that the consent stands, and when it is asked for that again. Whoever was
-- taken on before this was asked counts as confirmed: both columns are empty.
-- Locks "referral" for a moment.
ALTER TABLE "referral" ADD COLUMN "consent_unconfirmed_since" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "referral" ADD COLUMN "consent_ask_at" timestamp (3) with time zone;
