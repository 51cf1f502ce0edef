-- What a facility from which a referral was taken away is shown for good: who referred then, and the version by which the task ended.
-- Of tasks that ended before, both are read from the journal: the entry that ended one names it, and the one before it who referred.
-- Locks "task" for a moment: the columns are empty. The journal is read once, and each ended task is written.
ALTER TABLE "task" ADD COLUMN "referrer_organisation_id" uuid;--> statement-breakpoint
ALTER TABLE "task" ADD COLUMN "ended_version" bigint;--> statement-breakpoint
UPDATE "task" SET
	"ended_version" = "ending"."version",
	"referrer_organisation_id" = ("ending"."data" ->> 'referrerOrganisationId')::uuid
FROM "entry" "ending" WHERE "ending"."kind" = 'referral' AND "ending"."subject" = "task"."referral_id" AND "ending"."version" IS NOT NULL
	AND "ending"."data" #>> '{endedTask,taskId}' = "task"."id"::text;
