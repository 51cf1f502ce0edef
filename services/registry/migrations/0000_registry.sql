-- The registry's tables, and the journal's. Everything is new: locks nothing that exists.
CREATE TABLE "beneficiary" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"organisation_id" uuid NOT NULL,
	"source_system" text,
	"external_id" text,
	"given_name" text NOT NULL,
	"family_name" text NOT NULL,
	"father_name" text,
	"sex" text NOT NULL,
	"birth_date" text,
	"phone" text,
	"language" text NOT NULL,
	"access_requirements" text[] NOT NULL,
	"district_id" text,
	"village" text,
	"return_country" text,
	"returned_on" text,
	"registered_at" timestamp (3) with time zone NOT NULL,
	"row_digest" "bytea"
);
--> statement-breakpoint
CREATE TABLE "consent" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"beneficiary_id" uuid NOT NULL,
	"organisation_id" uuid NOT NULL,
	"state" text NOT NULL,
	"purposes" text[] NOT NULL,
	"recipient_organisation_id" uuid NOT NULL,
	"data_categories" text[] NOT NULL,
	"method" text NOT NULL,
	"given_by" text NOT NULL,
	"giver_name" text,
	"best_interest_reason" text,
	"witness" text,
	"language_read" text NOT NULL,
	"text_version" text NOT NULL,
	"ends_at" timestamp (3) with time zone,
	"given_at" timestamp (3) with time zone NOT NULL,
	"withdrawn_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "intake_batch" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"organisation_id" uuid NOT NULL,
	"source_system" text NOT NULL,
	"state" text NOT NULL,
	"rows_received" integer NOT NULL,
	"rows_read" integer NOT NULL,
	"rows_registered" integer NOT NULL,
	"rows_updated" integer NOT NULL,
	"rows_unchanged" integer NOT NULL,
	"rows_refused" integer NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	"progressed_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone,
	"actor" jsonb NOT NULL,
	"traceparent" text
);
--> statement-breakpoint
CREATE TABLE "intake_error" (
	"batch_id" uuid NOT NULL,
	"row" integer NOT NULL,
	"ordinal" integer NOT NULL,
	"external_id" text,
	"field" text NOT NULL,
	"problem" text NOT NULL,
	"remedy" text NOT NULL,
	CONSTRAINT "intake_error_batch_id_row_ordinal_pk" PRIMARY KEY("batch_id","row","ordinal")
);
--> statement-breakpoint
CREATE TABLE "intake_row" (
	"batch_id" uuid NOT NULL,
	"row" integer NOT NULL,
	"content" json NOT NULL,
	CONSTRAINT "intake_row_batch_id_row_pk" PRIMARY KEY("batch_id","row")
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
CREATE UNIQUE INDEX "beneficiary_external" ON "beneficiary" USING btree ("organisation_id","source_system","external_id") WHERE "beneficiary"."external_id" is not null;--> statement-breakpoint
CREATE INDEX "consent_of_beneficiary" ON "consent" USING btree ("beneficiary_id","id");--> statement-breakpoint
CREATE INDEX "intake_batch_open" ON "intake_batch" USING btree ("progressed_at") WHERE "intake_batch"."finished_at" is null;--> statement-breakpoint
CREATE INDEX "entry_subject" ON "entry" USING btree ("subject","version");--> statement-breakpoint
CREATE INDEX "idempotency_time" ON "idempotency" USING btree ("time");--> statement-breakpoint
CREATE INDEX "place_audience" ON "place" USING btree ("audience","position");