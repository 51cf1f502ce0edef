-- When a person's triage profile was asked for, whose age band is good for that day; and what of the triage a referral says itself, which
-- is not refreshed when it is sent.
-- Locks "person" and "referral" for a moment each: the columns are empty, and no row is rewritten.
ALTER TABLE "referral" ADD COLUMN "told_triage" text[];--> statement-breakpoint
ALTER TABLE "person" ADD COLUMN "asked_at" timestamp (3) with time zone;