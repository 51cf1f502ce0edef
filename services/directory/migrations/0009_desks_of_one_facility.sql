-- Which facility a desk is of: the first that named it, so that no other takes it. A new table, filled from "facility", which is read once and not
-- locked. Desks that several facilities name already stay with all of them; `desks shared` lists them. A process of the version before writes
-- facilities without it: what desks those name is kept here with their next change.
CREATE TABLE "desk" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"facility_id" uuid NOT NULL
);
--> statement-breakpoint
INSERT INTO "desk" ("id", "version", "facility_id")
SELECT DISTINCT ON (("named"->>'id')::uuid) ("named"->>'id')::uuid, 1, "facility"."id"
FROM "facility", jsonb_array_elements("facility"."desks") AS "named" ORDER BY ("named"->>'id')::uuid, "facility"."id";--> statement-breakpoint
GRANT SELECT, INSERT ON "desk" TO directory_app;
