-- A subject is a kind and an id. Entries of one kind, id and version are unique; of what was consumed and of what is parked the kind is kept.
-- Locks "entry" against writing while the index is built, about 1 s for each million entries, and "consumed" and "parked" altogether while their rows
-- get a kind. Processes of the version before go on reading and writing; their consumers take no event until they are replaced, and lose none, for
-- they name a key of these two tables that is no more.
-- Whoever has written a second entry of a version with the database's own means does not stop this: such rows are left out of the index, by their
-- ids, and an audit names them.
DO $$
DECLARE
	doubled uuid[];
BEGIN
	CREATE UNIQUE INDEX "entry_version_once" ON "entry" USING btree ("subject","kind","version");
	DROP INDEX "entry_subject";
EXCEPTION WHEN unique_violation THEN
	SELECT array_agg("id") INTO doubled FROM (
		SELECT "id", row_number() OVER (PARTITION BY "subject", "kind", "version" ORDER BY "id") AS nth FROM "entry" WHERE "version" IS NOT NULL
	) e WHERE nth > 1;
	RAISE WARNING '% entries say again what another of the same kind, id and version says: audit this journal', cardinality(doubled);
	IF cardinality(doubled) <= 100 THEN
		EXECUTE format('CREATE UNIQUE INDEX "entry_version_once" ON "entry" USING btree ("subject","kind","version") WHERE "id" <> ALL (%L::uuid[])', doubled);
	END IF;
END $$;--> statement-breakpoint
ALTER TABLE "consumed" ADD COLUMN "kind" text;--> statement-breakpoint
-- Nothing of this service keeps how far it has heard: there are no rows.
UPDATE "consumed" SET "kind" = 'client';--> statement-breakpoint
ALTER TABLE "consumed" ALTER COLUMN "kind" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "consumed" DROP CONSTRAINT "consumed_consumer_subject_pk";--> statement-breakpoint
ALTER TABLE "consumed" ADD CONSTRAINT "consumed_consumer_kind_subject_pk" PRIMARY KEY("consumer","kind","subject");--> statement-breakpoint
ALTER TABLE "parked" ADD COLUMN "kind" text;--> statement-breakpoint
-- Of an event its type says it, of a message that could not be read its topic; what is over is of the kind of what it waits behind.
UPDATE "parked" SET "kind" = coalesce(nullif(split_part("event"->>'type', '.', 1), ''), nullif(split_part("message_at", ':', 1), ''));--> statement-breakpoint
UPDATE "parked" o SET "kind" = coalesce((SELECT p."kind" FROM "parked" p WHERE p."consumer" = o."consumer" AND p."subject" = o."subject" AND p."sequence" < o."sequence" AND p."kind" IS NOT NULL ORDER BY p."sequence" DESC LIMIT 1), 'client') WHERE o."kind" IS NULL;--> statement-breakpoint
ALTER TABLE "parked" ALTER COLUMN "kind" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "parked" DROP CONSTRAINT "parked_consumer_subject_sequence_pk";--> statement-breakpoint
ALTER TABLE "parked" ADD CONSTRAINT "parked_consumer_kind_subject_sequence_pk" PRIMARY KEY("consumer","kind","subject","sequence");
