-- Source systems that an organisation makes known before it pushes from them. A new table; locks nothing in use.
CREATE TABLE "source_system" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"organisation_id" uuid NOT NULL,
	"name" text NOT NULL,
	"registered_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX "source_system_name" ON "source_system" USING btree ("organisation_id",fold_text("name"));--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON "source_system" TO "registry_app";
