-- Columns and tables for what a referral carries and goes through: earlier tasks, messages, slips, what the person says; and
-- the indexes of what is asked for: recommendations, worklists, lists, numbers.
-- Locks "referral" while its indexes are built: writes wait. Columns are empty or have a constant default, which is then
-- dropped, so that no row is rewritten for them (PostgreSQL 11 and newer).
-- The index that a new one replaces is dropped last: for a moment, reads wait too.
-- What waits for an answer is woken once, so that its steps of silence begin to count: this writes each such row.
CREATE TABLE "feedback" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"referral_id" uuid NOT NULL,
	"task_id" uuid NOT NULL,
	"referrer_organisation_id" uuid NOT NULL,
	"facility_organisation_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"barrier" text,
	"given_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "message" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"referral_id" uuid NOT NULL,
	"task_id" uuid NOT NULL,
	"by" text NOT NULL,
	"organisation_id" uuid NOT NULL,
	"acting_person" text,
	"text" text NOT NULL,
	"details_open" boolean NOT NULL,
	"sent_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "slip" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"referral_id" uuid NOT NULL,
	"task_id" uuid NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"proof_hash" "bytea",
	"issued_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "task" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"referral_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"state" text NOT NULL,
	"reason_code" text,
	"priority" text NOT NULL,
	"need_category" text NOT NULL,
	"facility_id" uuid NOT NULL,
	"facility_organisation_id" uuid NOT NULL,
	"desk_id" uuid,
	"offering_id" uuid NOT NULL,
	"district_id" text,
	"outcome" text,
	"barrier" text,
	"sent_at" timestamp (3) with time zone,
	"acknowledged_at" timestamp (3) with time zone,
	"accepted_at" timestamp (3) with time zone,
	"started_at" timestamp (3) with time zone,
	"completed_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "referral" ADD COLUMN "task_number" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "referral" ALTER COLUMN "task_number" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "referral" ADD COLUMN "onward_of" uuid;--> statement-breakpoint
ALTER TABLE "referral" ADD COLUMN "referrer_kind" text DEFAULT 'migration-service' NOT NULL;--> statement-breakpoint
ALTER TABLE "referral" ALTER COLUMN "referrer_kind" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "referral" ADD COLUMN "facility_kind" text;--> statement-breakpoint
ALTER TABLE "referral" ADD COLUMN "desk_id" uuid;--> statement-breakpoint
ALTER TABLE "referral" ADD COLUMN "responsible" text;--> statement-breakpoint
ALTER TABLE "referral" ADD COLUMN "walk_in" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "referral" ALTER COLUMN "walk_in" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "referral" ADD COLUMN "form" jsonb;--> statement-breakpoint
ALTER TABLE "referral" ADD COLUMN "consent_purposes" text[] DEFAULT '{referral}' NOT NULL;--> statement-breakpoint
ALTER TABLE "referral" ALTER COLUMN "consent_purposes" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "referral" ADD COLUMN "no_shows" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "referral" ALTER COLUMN "no_shows" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "referral" ADD COLUMN "further_referral" jsonb;--> statement-breakpoint
ALTER TABLE "referral" ADD COLUMN "acknowledged_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "referral" ADD COLUMN "accepted_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "referral" ADD COLUMN "started_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "referral" ADD COLUMN "completed_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "referral" ADD COLUMN "silence_steps" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "referral" ALTER COLUMN "silence_steps" DROP DEFAULT;--> statement-breakpoint
CREATE INDEX "feedback_of_referrer" ON "feedback" USING btree ("referrer_organisation_id","given_at","id");--> statement-breakpoint
CREATE INDEX "feedback_of_facility" ON "feedback" USING btree ("facility_organisation_id","given_at","id");--> statement-breakpoint
CREATE INDEX "feedback_of_referral" ON "feedback" USING btree ("referral_id");--> statement-breakpoint
CREATE INDEX "message_of_referral" ON "message" USING btree ("referral_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "slip_token" ON "slip" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "task_of_referral" ON "task" USING btree ("referral_id","number");--> statement-breakpoint
CREATE INDEX "task_sent_at" ON "task" USING btree ("sent_at");--> statement-breakpoint
CREATE INDEX "task_answered" ON "task" USING btree ("facility_id","acknowledged_at") WHERE "task"."acknowledged_at" is not null;--> statement-breakpoint
CREATE INDEX "referral_received_by_facility" ON "referral" USING btree ("facility_organisation_id","facility_id","id") WHERE "referral"."sent_at" is not null;--> statement-breakpoint
CREATE INDEX "referral_sent_at" ON "referral" USING btree ("sent_at") WHERE "referral"."sent_at" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "referral_single_use_of_consent" ON "referral" USING btree ("consent_id") WHERE "referral"."need_category" in ('sexual-violence', 'trafficking');--> statement-breakpoint
CREATE INDEX "referral_taken_on" ON "referral" USING btree ("offering_id") WHERE ("referral"."state" in ('accepted', 'scheduled', 'no_show', 'in_service') or ("referral"."state" = 'cancel_requested' and "referral"."previous_state" in ('accepted', 'scheduled', 'no_show', 'in_service')));--> statement-breakpoint
CREATE INDEX "referral_answered" ON "referral" USING btree ("facility_id","acknowledged_at") WHERE "referral"."acknowledged_at" is not null;--> statement-breakpoint
CREATE INDEX "referral_work_of_facility" ON "referral" USING btree ("facility_id",(case when "state" = 'draft' then 3 when "priority" = 'emergency' then 0 when "priority" = 'urgent' then 1 else 2 end),(coalesce("due_at", "entered_state_at")),"id") WHERE "referral"."state" in ('sent', 'acknowledged', 'accepted', 'scheduled', 'no_show', 'in_service', 'cancel_requested');--> statement-breakpoint
CREATE INDEX "referral_work_of_facility_organisation" ON "referral" USING btree ("facility_organisation_id",(case when "state" = 'draft' then 3 when "priority" = 'emergency' then 0 when "priority" = 'urgent' then 1 else 2 end),(coalesce("due_at", "entered_state_at")),"id") WHERE "referral"."state" in ('sent', 'acknowledged', 'info_requested', 'accepted', 'scheduled', 'no_show', 'in_service');--> statement-breakpoint
CREATE INDEX "referral_work_of_referrer" ON "referral" USING btree ("referrer_organisation_id",(case when "state" = 'draft' then 3 when "priority" = 'emergency' then 0 when "priority" = 'urgent' then 1 else 2 end),(coalesce("due_at", "entered_state_at")),"id") WHERE ("referral"."state" in ('draft', 'sent', 'acknowledged', 'info_requested', 'accepted', 'scheduled', 'no_show', 'in_service', 'completed', 'rejected', 'expired') or ("referral"."state" = 'cancelled' and "referral"."reason_code" = 'cancel-unconfirmed'));--> statement-breakpoint
DROP INDEX "referral_of_facility";--> statement-breakpoint
UPDATE "referral" SET "wake_at" = now() WHERE "state" in ('sent', 'acknowledged', 'info_requested', 'accepted', 'scheduled', 'no_show', 'in_service');--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON "task", "message", "slip", "feedback" TO "referral_app";
