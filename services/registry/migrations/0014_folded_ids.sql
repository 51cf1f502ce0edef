-- External ids and source systems are compared after NFC, without blanks around them and without regard to case, and those that
-- coincide only now stay apart: the later of them is marked. Locks the rows that it marks, and while the indexes are built, writes
-- to "beneficiary" and "intake_batch" wait: 3 s for a million people.
CREATE FUNCTION fold_text(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN lower(upper(btrim(normalize($1)) COLLATE "pg_c_utf8") COLLATE "pg_c_utf8");--> statement-breakpoint
ALTER TABLE "beneficiary" ADD COLUMN "is_kept_apart" boolean DEFAULT false NOT NULL;--> statement-breakpoint
UPDATE beneficiary SET is_kept_apart = true FROM (
  SELECT id, row_number() OVER (PARTITION BY organisation_id, fold_text(source_system), fold_text(external_id) ORDER BY registered_at, id) AS place
  FROM beneficiary WHERE external_id IS NOT NULL
) AS spelling WHERE spelling.id = beneficiary.id AND spelling.place > 1;--> statement-breakpoint
CREATE UNIQUE INDEX "beneficiary_external_folded" ON "beneficiary" USING btree ("organisation_id",fold_text("source_system"),fold_text("external_id")) WHERE "beneficiary"."external_id" is not null and not "beneficiary"."is_kept_apart";--> statement-breakpoint
CREATE INDEX "beneficiary_kept_apart" ON "beneficiary" USING btree ("organisation_id","id") WHERE "beneficiary"."is_kept_apart";--> statement-breakpoint
CREATE INDEX "intake_batch_source" ON "intake_batch" USING btree ("organisation_id",fold_text("source_system"));
