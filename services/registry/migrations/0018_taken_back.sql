-- A batch that is taken back, and persons who were registered by mistake. Locks "beneficiary" and "intake_batch" for a moment each, and while
-- the index is built, writes to "intake_outcome" wait: some seconds for a million rows.
CREATE TABLE "intake_take_back" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"batch_id" uuid NOT NULL,
	"beneficiary_id" uuid NOT NULL,
	"result" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "beneficiary" ADD COLUMN "taken_back_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "intake_batch" ADD COLUMN "take_back" jsonb;--> statement-breakpoint
CREATE UNIQUE INDEX "intake_take_back_person" ON "intake_take_back" USING btree ("batch_id","beneficiary_id");--> statement-breakpoint
CREATE INDEX "intake_batch_taking_back" ON "intake_batch" USING btree ("progressed_at") WHERE "intake_batch"."take_back" ->> 'state' = 'running';--> statement-breakpoint
CREATE INDEX "intake_outcome_person" ON "intake_outcome" USING btree ("beneficiary_id","batch_id","row") WHERE "intake_outcome"."beneficiary_id" is not null;--> statement-breakpoint
-- Nobody of whom a consent was recorded is removed. The service looks before it writes; a consent that is recorded in between holds the
-- person's row (a guard of record), so that what this looks at is there.
CREATE FUNCTION "beneficiary_taken_back"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT FROM "consent" WHERE "beneficiary_id" = NEW."id") THEN
		RAISE EXCEPTION 'a consent of theirs was recorded' USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'beneficiary_taken_back';
	END IF;
	RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER "beneficiary_taken_back" BEFORE UPDATE ON "beneficiary" FOR EACH ROW
	WHEN (OLD."taken_back_at" IS NULL AND NEW."taken_back_at" IS NOT NULL) EXECUTE FUNCTION "beneficiary_taken_back"();--> statement-breakpoint
-- DELETE: forgotten with what the rows did.
GRANT SELECT, INSERT, DELETE ON intake_take_back TO registry_app;
