-- Makes the directory's tables and those of its journal. Everything is new: it locks nothing that is in use.
-- The partial indexes of facility hold what the public look-up may show, and nothing else; facility_listed_by_point needs no
-- extension (GiST over point is built in).
CREATE TABLE "facility" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"organisation_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"name" jsonb NOT NULL,
	"name_beginnings" text[] NOT NULL,
	"latitude" double precision NOT NULL,
	"longitude" double precision NOT NULL,
	"location_confidential" boolean NOT NULL,
	"district_id" text,
	"address" text,
	"languages" text[] NOT NULL,
	"wheelchair_access" boolean NOT NULL,
	"status" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "offering" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"facility_id" uuid NOT NULL,
	"service" text NOT NULL,
	"pyramid_layer" integer NOT NULL,
	"activity_group" text,
	"languages" text[] NOT NULL,
	"hours" text,
	"eligibility" text,
	"cost" text,
	"staff_women" boolean NOT NULL,
	"staff_men" boolean NOT NULL,
	"walk_ins" boolean NOT NULL,
	"capacity" text NOT NULL,
	"places_per_week" integer,
	"verified_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "organisation" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "place_unit" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"code" text NOT NULL,
	"level" integer NOT NULL,
	"parent_code" text,
	"name" jsonb NOT NULL,
	"former_names" text[] NOT NULL,
	"name_beginnings" text[] NOT NULL,
	"latitude" double precision,
	"longitude" double precision
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
CREATE INDEX "facility_listed" ON "facility" USING btree ("id") WHERE "facility"."status" = 'open' and not "facility"."location_confidential";--> statement-breakpoint
CREATE INDEX "facility_listed_by_kind" ON "facility" USING btree ("kind","id") WHERE "facility"."status" = 'open' and not "facility"."location_confidential";--> statement-breakpoint
CREATE INDEX "facility_listed_by_district" ON "facility" USING btree ("district_id","id") WHERE "facility"."status" = 'open' and not "facility"."location_confidential";--> statement-breakpoint
CREATE INDEX "facility_listed_by_point" ON "facility" USING gist (point("longitude", "latitude")) WHERE "facility"."status" = 'open' and not "facility"."location_confidential";--> statement-breakpoint
CREATE INDEX "facility_listed_by_name" ON "facility" USING gin ("name_beginnings") WHERE "facility"."status" = 'open' and not "facility"."location_confidential";--> statement-breakpoint
CREATE UNIQUE INDEX "offering_once" ON "offering" USING btree ("facility_id","service");--> statement-breakpoint
CREATE INDEX "offering_by_service" ON "offering" USING btree ("service","facility_id");--> statement-breakpoint
CREATE UNIQUE INDEX "place_unit_code" ON "place_unit" USING btree ("code");--> statement-breakpoint
CREATE INDEX "place_unit_of_parent" ON "place_unit" USING btree ("parent_code","code");--> statement-breakpoint
CREATE INDEX "place_unit_by_name" ON "place_unit" USING gin ("name_beginnings");--> statement-breakpoint
CREATE INDEX "entry_subject" ON "entry" USING btree ("subject","version");--> statement-breakpoint
CREATE INDEX "idempotency_time" ON "idempotency" USING btree ("time");--> statement-breakpoint
CREATE INDEX "place_audience" ON "place" USING btree ("audience","position");