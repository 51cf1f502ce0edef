-- Makes every table of the service. Locks nothing that is in use: the tables are new.
CREATE TABLE "consent" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"beneficiary_id" uuid NOT NULL,
	"state" text NOT NULL,
	"purposes" text[] NOT NULL,
	"recipient_organisation_id" uuid NOT NULL,
	"data_categories" text[],
	"ends_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "facility" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"record" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "offering" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"record" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "person" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"stale" boolean NOT NULL,
	"organisation_id" uuid NOT NULL,
	"age_band" text NOT NULL,
	"language" text NOT NULL,
	"access_requirements" text[] NOT NULL,
	"district_id" text
);
--> statement-breakpoint
CREATE TABLE "receipt" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"referral_id" uuid NOT NULL,
	"organisation_id" uuid NOT NULL,
	"event_type" text NOT NULL,
	"state" text NOT NULL,
	"attempts" integer NOT NULL,
	"at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "referral" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"number" text NOT NULL,
	"state" text NOT NULL,
	"previous_state" text,
	"task_id" uuid NOT NULL,
	"priority" text NOT NULL,
	"beneficiary_id" uuid NOT NULL,
	"consent_id" uuid NOT NULL,
	"referrer_organisation_id" uuid NOT NULL,
	"facility_id" uuid NOT NULL,
	"facility_organisation_id" uuid NOT NULL,
	"offering_id" uuid NOT NULL,
	"service" text NOT NULL,
	"need_category" text NOT NULL,
	"age_band" text NOT NULL,
	"language" text NOT NULL,
	"access_requirements" text[] NOT NULL,
	"district_id" text,
	"safe_contact" jsonb NOT NULL,
	"reference" text,
	"reason" text,
	"services_already_given" text,
	"interpreter" text,
	"provider_preferred" text,
	"sharing_stopped" boolean NOT NULL,
	"reason_code" text,
	"appointment_at" timestamp (3) with time zone,
	"instructions" text,
	"question" text,
	"answer" text,
	"attended" boolean NOT NULL,
	"outcome" text,
	"findings" text,
	"next_steps" text,
	"follow_up_on" date,
	"barrier" text,
	"need_met" boolean,
	"created_at" timestamp (3) with time zone NOT NULL,
	"changed_at" timestamp (3) with time zone NOT NULL,
	"sent_at" timestamp (3) with time zone,
	"entered_state_at" timestamp (3) with time zone NOT NULL,
	"closed_at" timestamp (3) with time zone,
	"due_at" timestamp (3) with time zone,
	"wake_at" timestamp (3) with time zone
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
CREATE INDEX "receipt_of_referral" ON "receipt" USING btree ("referral_id");--> statement-breakpoint
CREATE UNIQUE INDEX "referral_number" ON "referral" USING btree ("number");--> statement-breakpoint
CREATE UNIQUE INDEX "referral_open_once" ON "referral" USING btree ("beneficiary_id","facility_id","service") WHERE "referral"."state" in ('sent', 'acknowledged', 'info_requested', 'accepted', 'scheduled', 'no_show', 'in_service', 'cancel_requested');--> statement-breakpoint
CREATE INDEX "referral_of_referrer" ON "referral" USING btree ("referrer_organisation_id","id");--> statement-breakpoint
CREATE INDEX "referral_of_facility" ON "referral" USING btree ("facility_id","id");--> statement-breakpoint
CREATE INDEX "referral_of_facility_organisation" ON "referral" USING btree ("facility_organisation_id","id");--> statement-breakpoint
CREATE INDEX "referral_of_consent" ON "referral" USING btree ("consent_id");--> statement-breakpoint
CREATE INDEX "referral_wake" ON "referral" USING btree ("wake_at") WHERE "referral"."wake_at" is not null;--> statement-breakpoint
CREATE INDEX "entry_subject" ON "entry" USING btree ("subject","version");--> statement-breakpoint
CREATE INDEX "idempotency_time" ON "idempotency" USING btree ("time");--> statement-breakpoint
CREATE INDEX "place_audience" ON "place" USING btree ("audience","position");