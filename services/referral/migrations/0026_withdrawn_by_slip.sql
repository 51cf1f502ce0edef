-- That a person has withdrawn by a slip, and whether the registry is still to be told. Empty columns: locks "slip" for a moment, and while the
-- index over none of its rows is built.
ALTER TABLE "slip" ADD COLUMN "withdrawn_consent_id" uuid;--> statement-breakpoint
ALTER TABLE "slip" ADD COLUMN "withdrawn_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "slip" ADD COLUMN "tell_registry_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "slip_to_tell" ON "slip" USING btree ("tell_registry_at") WHERE "slip"."tell_registry_at" is not null;