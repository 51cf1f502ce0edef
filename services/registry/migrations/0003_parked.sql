-- Where events wait whose effect failed. Locks nothing that is in use: the table is new.
CREATE TABLE "parked" (
	"consumer" text NOT NULL,
	"subject" uuid NOT NULL,
	"sequence" bigint NOT NULL,
	"event" jsonb NOT NULL,
	"parked_at" timestamp (3) with time zone NOT NULL,
	"attempts" integer NOT NULL,
	"reason" text NOT NULL,
	CONSTRAINT "parked_consumer_subject_sequence_pk" PRIMARY KEY("consumer","subject","sequence")
);--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "parked" TO "registry_app";
