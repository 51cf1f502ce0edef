-- A subscription belongs to the client that made it. Locks "subscription" for a moment: columns that may be empty are added, no row is
-- rewritten, and then each row once, of which there are few. Whose the old ones are stands in the journal, with the entry that made each;
-- where that is not told, the column stays empty: such a one goes on being called, and an administrator of the organisation looks after it.
CREATE TABLE "revoked_client" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"client_id" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "subscriber" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "subscription" ADD COLUMN "client_id" text;--> statement-breakpoint
ALTER TABLE "subscription" ADD COLUMN "owner_facility_ids" uuid[];--> statement-breakpoint
ALTER TABLE "subscription" ADD COLUMN "stop_reason" text;--> statement-breakpoint
CREATE INDEX "revoked_client_by_client" ON "revoked_client" USING btree ("client_id");--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON "subscriber", "revoked_client" TO notifications_app;--> statement-breakpoint
UPDATE "subscription" SET "client_id" = "entry"."actor" ->> 'clientId'
FROM "entry" WHERE "entry"."kind" = 'subscription' AND "entry"."subject" = "subscription"."id" AND "entry"."type" = 'subscription.created.v1';
