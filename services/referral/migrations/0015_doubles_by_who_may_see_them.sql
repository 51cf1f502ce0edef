-- A referral is the double of another one only to those who may see that: the index that lets one alone through of two sent at the same
-- moment is of whoever sends. Open walk-ins are once at their desk or facility; what a facility has passed on, or was given away, is nobody's.
-- Locks "referral" while its index is built anew: writes wait. Of the column, which is empty, only those rows are written.
ALTER TABLE "referral" ADD COLUMN "once_by" uuid;--> statement-breakpoint
UPDATE "referral" SET "once_by" = CASE WHEN "walk_in" THEN coalesce("desk_id", "facility_id") ELSE "id" END
WHERE "walk_in" OR "written_by" IS NOT NULL OR EXISTS (
	SELECT FROM "task" WHERE "task"."referral_id" = "referral"."id" AND "task"."number" = "referral"."task_number" - 1 AND "task"."state" = 'redirected'
);--> statement-breakpoint
DROP INDEX "referral_open_once";--> statement-breakpoint
CREATE UNIQUE INDEX "referral_open_once" ON "referral" USING btree ("beneficiary_id","facility_id","service",(coalesce("once_by", "referrer_organisation_id"))) WHERE "referral"."state" in ('sent', 'acknowledged', 'info_requested', 'accepted', 'scheduled', 'no_show', 'in_service', 'cancel_requested');
