CREATE TABLE "parcel" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"label" text NOT NULL,
	"notes" jsonb
);
--> statement-breakpoint
CREATE TABLE "permit" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"state" text NOT NULL
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
CREATE UNIQUE INDEX "parcel_label" ON "parcel" USING btree ("label");--> statement-breakpoint
CREATE INDEX "entry_subject" ON "entry" USING btree ("subject","version");--> statement-breakpoint
CREATE INDEX "idempotency_time" ON "idempotency" USING btree ("time");--> statement-breakpoint
CREATE INDEX "place_audience" ON "place" USING btree ("audience","position");