-- person.asked_at: when a triage profile was asked for, whose age band is good for that day. referral.told_triage: what of the triage a
-- referral says itself, which is not refreshed when it is sent.
-- referral.consent_ends_at: from then on nothing more is shared, and the system is woken for it; taken from this service's copies.
-- referral.written_by: who wrote a referral that was given to another organisation since, read from the journal. The kind of the
-- organisation that has it is not known here, and counts as outside health.
-- consent_use: which consents of needs that are asked for by themselves have served their referral. Of those that a referral had before it
-- went on under another, nothing is known here.
-- The index of the referrer's open work takes in what others than the referrer have stopped, or the end of the consent.
-- Locks "referral" while that index is built (about a second for a million rows); only referrals whose consent has an end, or that were
-- given away, are written. The journal is read once.
CREATE TABLE "consent_use" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"referral_id" uuid NOT NULL
);
--> statement-breakpoint
DROP INDEX "referral_work_of_referrer";--> statement-breakpoint
ALTER TABLE "person" ADD COLUMN "asked_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "referral" ADD COLUMN "written_by" uuid;--> statement-breakpoint
ALTER TABLE "referral" ADD COLUMN "told_triage" text[];--> statement-breakpoint
ALTER TABLE "referral" ADD COLUMN "consent_ends_at" timestamp (3) with time zone;--> statement-breakpoint
UPDATE "referral" SET
	"consent_ends_at" = "consent"."ends_at",
	"wake_at" = CASE WHEN "referral"."state" in ('sent', 'acknowledged', 'info_requested', 'accepted', 'scheduled', 'no_show', 'in_service', 'cancel_requested', 'completed') AND NOT "referral"."sharing_stopped"
		THEN least("referral"."wake_at", "consent"."ends_at") ELSE "referral"."wake_at" END
FROM "consent" WHERE "consent"."id" = "referral"."consent_id" AND "consent"."ends_at" IS NOT NULL;--> statement-breakpoint
UPDATE "referral" SET
	"written_by" = ("first"."data" ->> 'referrerOrganisationId')::uuid,
	"referrer_kind" = CASE "referrer_kind" WHEN 'health-provider' THEN 'migration-service' ELSE "referrer_kind" END
FROM "entry" "first" WHERE "first"."kind" = 'referral' AND "first"."subject" = "referral"."id" AND "first"."version" = 1
	AND "first"."data" ->> 'referrerOrganisationId' <> "referral"."referrer_organisation_id"::text
	AND "referral"."id" IN (SELECT "subject" FROM "entry" WHERE "type" = 'referral.reassigned.v1');--> statement-breakpoint
INSERT INTO "consent_use" ("id", "version", "referral_id") SELECT "consent_id", 1, "id" FROM "referral"
WHERE "need_category" in ('sexual-violence', 'trafficking') AND ("sent_at" IS NOT NULL OR "task_number" > 1);--> statement-breakpoint
CREATE INDEX "referral_work_of_referrer" ON "referral" USING btree ("referrer_organisation_id",(case when "state" = 'draft' then 3 when "priority" = 'emergency' then 0 when "priority" = 'urgent' then 1 else 2 end),(coalesce("due_at", "entered_state_at")),"id") WHERE ("referral"."state" in ('draft', 'sent', 'acknowledged', 'info_requested', 'accepted', 'scheduled', 'no_show', 'in_service', 'cancel_requested', 'completed', 'rejected', 'expired') or ("referral"."state" = 'cancelled' and "referral"."reason_code" in ('cancel-unconfirmed', 'declined', 'revoked', 'consent-ended') and coalesce("referral"."referrer_acted_at" < "referral"."entered_state_at", true)));--> statement-breakpoint
GRANT SELECT, INSERT ON "consent_use" TO "referral_app";
