-- Rows that are held for somebody to decide, how many a batch has, and who a person was before rows changed that. Locks "beneficiary"
-- and "intake_batch" for a moment each: one column is empty, the other has a constant default.
CREATE TABLE "held_row" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"organisation_id" uuid NOT NULL,
	"batch_id" uuid NOT NULL,
	"row" integer NOT NULL,
	"beneficiary_id" uuid NOT NULL,
	"source_system" text NOT NULL,
	"external_id" text NOT NULL,
	"state" text NOT NULL,
	"reasons" text[] NOT NULL,
	"said" jsonb NOT NULL,
	"held_at" timestamp (3) with time zone NOT NULL,
	"decided_at" timestamp (3) with time zone,
	"new_beneficiary_id" uuid
);
--> statement-breakpoint
ALTER TABLE "beneficiary" ADD COLUMN "identity_before_rows" jsonb;--> statement-breakpoint
ALTER TABLE "intake_batch" ADD COLUMN "rows_held" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "held_row_waiting" ON "held_row" USING btree ("beneficiary_id") WHERE "held_row"."state" = 'waiting';--> statement-breakpoint
CREATE INDEX "held_row_of_organisation" ON "held_row" USING btree ("organisation_id","id") WHERE "held_row"."state" = 'waiting';--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON held_row TO registry_app;
