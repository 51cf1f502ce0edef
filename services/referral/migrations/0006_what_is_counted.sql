-- What is counted of a task, kept where closing it or beginning the next one does not change it. Of tasks that were closed or
-- passed on before, it is read from the journal.
-- Locks "referral" and "task" for a moment: columns are empty or have a constant default, which is then dropped. Rows that were
-- rejected, cancelled or expired are written once, and so is each ended task.
ALTER TABLE "referral" ADD COLUMN "rejection_code" text;--> statement-breakpoint
ALTER TABLE "referral" ADD COLUMN "rejected_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "referral" ADD COLUMN "cancelled_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "referral" ADD COLUMN "expired_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "task" ADD COLUMN "walk_in" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "task" ALTER COLUMN "walk_in" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "task" ADD COLUMN "no_shows" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "task" ALTER COLUMN "no_shows" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "task" ADD COLUMN "rejection_code" text;--> statement-breakpoint
ALTER TABLE "task" ADD COLUMN "need_met" boolean;--> statement-breakpoint
ALTER TABLE "task" ADD COLUMN "rejected_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "task" ADD COLUMN "cancelled_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "task" ADD COLUMN "expired_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "task" ADD COLUMN "closed_at" timestamp (3) with time zone;--> statement-breakpoint
UPDATE "referral" SET
	"rejected_at" = CASE "entry"."data" ->> 'state' WHEN 'rejected' THEN "entry"."time" END,
	"rejection_code" = CASE "entry"."data" ->> 'state' WHEN 'rejected' THEN "entry"."detail" ->> 'reasonCode' END,
	"cancelled_at" = CASE "entry"."data" ->> 'state' WHEN 'cancelled' THEN "entry"."time" END,
	"expired_at" = CASE "entry"."data" ->> 'state' WHEN 'expired' THEN "entry"."time" END
FROM "entry" WHERE "entry"."subject" = "referral"."id" AND "entry"."version" IS NOT NULL
	AND "entry"."data" ->> 'state' IN ('rejected', 'cancelled', 'expired') AND "entry"."data" ->> 'taskId' = "referral"."task_id"::text;--> statement-breakpoint
UPDATE "task" SET
	"rejected_at" = CASE "entry"."data" ->> 'state' WHEN 'rejected' THEN "entry"."time" END,
	"rejection_code" = CASE "entry"."data" ->> 'state' WHEN 'rejected' THEN "entry"."detail" ->> 'reasonCode' END,
	"cancelled_at" = CASE "entry"."data" ->> 'state' WHEN 'cancelled' THEN "entry"."time" END,
	"expired_at" = CASE "entry"."data" ->> 'state' WHEN 'expired' THEN "entry"."time" END
FROM "entry" WHERE "entry"."subject" = "task"."referral_id" AND "entry"."version" IS NOT NULL
	AND "entry"."data" ->> 'state' IN ('rejected', 'cancelled', 'expired') AND "entry"."data" ->> 'taskId' = "task"."id"::text;--> statement-breakpoint
UPDATE "task" SET
	"walk_in" = "started_at" IS NOT DISTINCT FROM "sent_at",
	"no_shows" = (SELECT count(*) FROM "entry" WHERE "entry"."subject" = "task"."referral_id" AND "entry"."type" = 'referral.no-show-recorded.v1' AND "entry"."data" ->> 'taskId' = "task"."id"::text),
	"need_met" = CASE "reason_code" WHEN 'need-met' THEN true WHEN 'need-not-met' THEN false END,
	"cancelled_at" = CASE WHEN "reason_code" = 'rerouted' THEN "ended_at" ELSE "cancelled_at" END,
	"closed_at" = CASE WHEN "state" = 'closed' THEN "ended_at" END;
