-- Who wrote a referral that was given to another organisation since. Of those that were given before, it is read from the journal;
-- the kind of the organisation that has them is not known here, and counts as outside health.
-- Locks "referral" for a moment: the column is empty. The journal is read once, and each referral that was given away is written.
ALTER TABLE "referral" ADD COLUMN "written_by" uuid;--> statement-breakpoint
UPDATE "referral" SET
	"written_by" = ("first"."data" ->> 'referrerOrganisationId')::uuid,
	"referrer_kind" = CASE "referrer_kind" WHEN 'health-provider' THEN 'migration-service' ELSE "referrer_kind" END
FROM "entry" "first" WHERE "first"."kind" = 'referral' AND "first"."subject" = "referral"."id" AND "first"."version" = 1
	AND "first"."data" ->> 'referrerOrganisationId' <> "referral"."referrer_organisation_id"::text
	AND "referral"."id" IN (SELECT "subject" FROM "entry" WHERE "type" = 'referral.reassigned.v1');
