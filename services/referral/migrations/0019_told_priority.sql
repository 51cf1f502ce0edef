-- What a supervisor is told of the priority and the due time of a referral of which the need itself makes an emergency. Of those that there
-- are, the due time is that of the standard limits until they move next. The index of a facility organisation's work follows what is told,
-- and a supervisor of who refers has one of their own.
-- Locks "referral" while both are built: writes wait. Of the columns, which are empty, only those rows are written.
ALTER TABLE "referral" ADD COLUMN "told_priority" text;--> statement-breakpoint
ALTER TABLE "referral" ADD COLUMN "told_due_at" timestamp (3) with time zone;--> statement-breakpoint
UPDATE "referral" SET "told_priority" = 'urgent', "told_due_at" = "due_at" + CASE
	WHEN "state" = 'sent' THEN interval '7 hours'
	WHEN "state" IN ('acknowledged', 'info_requested') THEN interval '20 hours'
	WHEN "state" IN ('accepted', 'scheduled', 'no_show') THEN interval '48 hours'
	WHEN "state" = 'in_service' THEN interval '120 hours'
	ELSE interval '0' END
WHERE "need_category" = 'sexual-violence';--> statement-breakpoint
DROP INDEX "referral_work_of_facility_organisation";--> statement-breakpoint
CREATE INDEX "referral_work_of_referrer_supervisor" ON "referral" USING btree ("referrer_organisation_id",(case when "state" = 'draft' then 3 when coalesce("told_priority", "priority") = 'emergency' then 0 when coalesce("told_priority", "priority") = 'urgent' then 1 else 2 end),(coalesce(case when "told_priority" is null then "due_at" else "told_due_at" end, "entered_state_at")),"id") WHERE "referral"."state" in ('sent', 'acknowledged', 'info_requested', 'accepted', 'scheduled', 'no_show', 'in_service');--> statement-breakpoint
CREATE INDEX "referral_work_of_facility_organisation" ON "referral" USING btree ("facility_organisation_id",(case when "state" = 'draft' then 3 when coalesce("told_priority", "priority") = 'emergency' then 0 when coalesce("told_priority", "priority") = 'urgent' then 1 else 2 end),(coalesce(case when "told_priority" is null then "due_at" else "told_due_at" end, "entered_state_at")),"id") WHERE "referral"."state" in ('sent', 'acknowledged', 'info_requested', 'accepted', 'scheduled', 'no_show', 'in_service');
