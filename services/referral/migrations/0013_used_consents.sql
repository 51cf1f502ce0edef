-- Which consents of needs that are asked for by themselves have served their referral: once something was sent under one, no other
-- referral stands on it, whatever becomes of that. Of those that a referral had before it went on under another, nothing is known here.
-- A new table, filled from "referral", which is read once and not locked.
CREATE TABLE "consent_use" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"referral_id" uuid NOT NULL
);
--> statement-breakpoint
INSERT INTO "consent_use" ("id", "version", "referral_id") SELECT "consent_id", 1, "id" FROM "referral"
WHERE "need_category" in ('sexual-violence', 'trafficking') AND ("sent_at" IS NOT NULL OR "task_number" > 1);--> statement-breakpoint
GRANT SELECT, INSERT ON "consent_use" TO "referral_app";
