-- Which organisation is asked to take a case over, and by which consent of the person. Locks "referral" for a moment: the columns are empty.
ALTER TABLE "referral" ADD COLUMN "transfer_organisation_id" uuid;--> statement-breakpoint
ALTER TABLE "referral" ADD COLUMN "transfer_kind" text;--> statement-breakpoint
ALTER TABLE "referral" ADD COLUMN "transfer_consent_id" uuid;
