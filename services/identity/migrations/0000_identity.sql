-- Makes every table of the service. Locks nothing that is in use: the tables are new.
CREATE TABLE "client" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"client_id" text NOT NULL,
	"organisation_id" uuid NOT NULL,
	"organisation_kind" text NOT NULL,
	"facility_ids" uuid[] NOT NULL,
	"role" text NOT NULL,
	"scopes" text[] NOT NULL,
	"secret_hash" "bytea",
	"public_jwks" jsonb,
	"previous_secret_hash" "bytea",
	"previous_public_jwks" jsonb,
	"previous_expires_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"rotated_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone,
	CONSTRAINT "client_client_id" UNIQUE("client_id"),
	CONSTRAINT "client_one_credential" CHECK (num_nonnulls("client"."secret_hash", "client"."public_jwks") = case when "client"."revoked_at" is null then 1 else 0 end)
);
--> statement-breakpoint
CREATE TABLE "used_assertion" (
	"client_id" text NOT NULL,
	"jti_hash" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "used_assertion_client_id_jti_hash_pk" PRIMARY KEY("client_id","jti_hash")
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
CREATE INDEX "used_assertion_expires" ON "used_assertion" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "entry_subject" ON "entry" USING btree ("subject","version");--> statement-breakpoint
CREATE INDEX "idempotency_time" ON "idempotency" USING btree ("time");--> statement-breakpoint
CREATE INDEX "place_audience" ON "place" USING btree ("audience","position");