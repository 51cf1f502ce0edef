-- The journal, and subscriptions, notices and deliveries. All tables are new: nothing is locked that anybody uses.
CREATE TABLE "delivery" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"organisation_id" uuid NOT NULL,
	"subscription_id" uuid NOT NULL,
	"referral_id" uuid NOT NULL,
	"event_id" uuid NOT NULL,
	"event_type" text NOT NULL,
	"state" text NOT NULL,
	"attempts" integer NOT NULL,
	"attempts_in_round" integer NOT NULL,
	"last_status" integer,
	"last_failure" text,
	"wake_at" timestamp (3) with time zone,
	"queued_at" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"delivered_at" timestamp (3) with time zone,
	"traceparent" text
);
--> statement-breakpoint
CREATE TABLE "heard_checkpoint" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"origin" text NOT NULL,
	"note" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "notice" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"organisation_id" uuid NOT NULL,
	"referral_id" uuid NOT NULL,
	"event_id" uuid NOT NULL,
	"event_type" text NOT NULL,
	"sequence" bigint NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "subscription" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"organisation_id" uuid NOT NULL,
	"url" text NOT NULL,
	"facility_ids" uuid[],
	"types" text[],
	"state" text NOT NULL,
	"secret" "bytea" NOT NULL,
	"previous_secret" "bytea",
	"previous_secret_until" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "checkpoint" (
	"size" bigint PRIMARY KEY NOT NULL,
	"note" text NOT NULL,
	"time" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "consumed" (
	"consumer" text NOT NULL,
	"subject" uuid NOT NULL,
	"sequence" bigint NOT NULL,
	CONSTRAINT "consumed_consumer_subject_pk" PRIMARY KEY("consumer","subject")
);
--> statement-breakpoint
CREATE TABLE "entry" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"subject" uuid NOT NULL,
	"version" bigint,
	"type" text NOT NULL,
	"time" timestamp (3) with time zone NOT NULL,
	"data" jsonb NOT NULL,
	"detail" jsonb,
	"actor" jsonb NOT NULL,
	"audience" uuid,
	"traceparent" text,
	"nonce" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "follower" (
	"name" text PRIMARY KEY NOT NULL,
	"position" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "idempotency" (
	"client" text NOT NULL,
	"key" text NOT NULL,
	"fingerprint" "bytea" NOT NULL,
	"kind" text NOT NULL,
	"subject" uuid NOT NULL,
	"version" bigint NOT NULL,
	"time" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "idempotency_client_key_pk" PRIMARY KEY("client","key")
);
--> statement-breakpoint
CREATE TABLE "lease" (
	"name" text PRIMARY KEY NOT NULL,
	"holder" uuid NOT NULL,
	"epoch" bigint NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "place" (
	"position" bigint PRIMARY KEY NOT NULL,
	"id" uuid NOT NULL,
	"audience" uuid,
	CONSTRAINT "place_id_unique" UNIQUE("id")
);
--> statement-breakpoint
CREATE TABLE "tile" (
	"level" integer NOT NULL,
	"index" bigint NOT NULL,
	"hashes" "bytea" NOT NULL,
	CONSTRAINT "tile_level_index_pk" PRIMARY KEY("level","index")
);
--> statement-breakpoint
CREATE TABLE "unplaced" (
	"id" uuid PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE INDEX "delivery_due" ON "delivery" USING btree ("subscription_id","wake_at") WHERE "delivery"."wake_at" is not null;--> statement-breakpoint
CREATE INDEX "delivery_of_organisation" ON "delivery" USING btree ("organisation_id","created_at","id");--> statement-breakpoint
CREATE INDEX "delivery_of_subscription" ON "delivery" USING btree ("subscription_id","created_at","id");--> statement-breakpoint
CREATE INDEX "delivery_of_referral" ON "delivery" USING btree ("referral_id");--> statement-breakpoint
CREATE INDEX "notice_of_referral" ON "notice" USING btree ("referral_id","organisation_id");--> statement-breakpoint
CREATE INDEX "subscription_of_organisation" ON "subscription" USING btree ("organisation_id","id");--> statement-breakpoint
CREATE INDEX "entry_subject" ON "entry" USING btree ("subject","version");--> statement-breakpoint
CREATE INDEX "idempotency_time" ON "idempotency" USING btree ("time");--> statement-breakpoint
CREATE INDEX "place_audience" ON "place" USING btree ("audience","position");