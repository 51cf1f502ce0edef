-- What each row of an intake did, for a bounded time; previews; and external ids that merely look like another. "look_text" comes to the
-- same as lookOf in the code. Locks "intake_batch" for a moment (constant defaults), and while the index is built, writes to
-- "beneficiary" wait: some seconds for a million people.
CREATE FUNCTION look_text(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN translate(fold_text(normalize($1, NFKC)), 'аαеεоο0рρсϲуγυүхχіιiıİ1јϳѕһнηԁԛԝωкκмμтτвьβνζзбг‐‑‒–—− ', 'aaeeoooppccyyyyxxlllllljjshhhdqwwkkmmttbbbnz36r------');--> statement-breakpoint
CREATE TABLE "intake_outcome" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"batch_id" uuid NOT NULL,
	"row" integer NOT NULL,
	"external_id" text,
	"outcome" text NOT NULL,
	"beneficiary_id" uuid,
	"person_version" integer,
	"before" jsonb,
	"differences" jsonb,
	"reasons" text[],
	"held_row_id" uuid,
	"warnings" jsonb,
	"person_key" text,
	"foreseen" jsonb
);
--> statement-breakpoint
ALTER TABLE "intake_batch" ADD COLUMN "rows_told" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "intake_batch" ADD COLUMN "rows_warned" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "intake_batch" ADD COLUMN "dry_run" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "intake_outcome_row" ON "intake_outcome" USING btree ("batch_id","row");--> statement-breakpoint
CREATE INDEX "intake_outcome_foreseen" ON "intake_outcome" USING btree ("batch_id","person_key","row") WHERE "intake_outcome"."foreseen" is not null;--> statement-breakpoint
CREATE INDEX "intake_outcome_looks" ON "intake_outcome" USING btree ("batch_id",look_text("external_id")) WHERE "intake_outcome"."foreseen" is not null;--> statement-breakpoint
CREATE INDEX "beneficiary_looks" ON "beneficiary" USING btree ("organisation_id",fold_text("source_system"),look_text("external_id")) WHERE "beneficiary"."external_id" is not null;--> statement-breakpoint
-- DELETE: they are forgotten after some days.
GRANT SELECT, INSERT, DELETE ON intake_outcome TO registry_app;
