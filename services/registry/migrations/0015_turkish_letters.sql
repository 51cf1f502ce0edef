-- "İ" and "ı" no longer fold together with "i" and "I": two letters of Turkish are two external ids. All else folds as before, so no two that
-- were apart coincide now (U+FDD0 and U+FDD1, which stand for them meanwhile, are in no text); who was marked for one of these letters alone is no longer. While two indexes are built anew, reads and
-- writes of "beneficiary" and "intake_batch" wait: 3 s for a million people.
CREATE OR REPLACE FUNCTION fold_text(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN translate(
    lower(upper(translate(btrim(normalize($1)), U&'\0130\0131', U&'\FDD0\FDD1') COLLATE "pg_c_utf8") COLLATE "pg_c_utf8"),
    U&'\FDD0\FDD1', U&'\0130\0131');--> statement-breakpoint
REINDEX INDEX "beneficiary_external_folded";--> statement-breakpoint
REINDEX INDEX "intake_batch_source";--> statement-breakpoint
UPDATE beneficiary SET is_kept_apart = false FROM (
  SELECT DISTINCT ON (organisation_id, fold_text(source_system), fold_text(external_id)) id
  FROM beneficiary AS marked
  WHERE is_kept_apart AND NOT EXISTS (
    SELECT FROM beneficiary AS known WHERE known.organisation_id = marked.organisation_id
      AND fold_text(known.source_system) = fold_text(marked.source_system)
      AND fold_text(known.external_id) = fold_text(marked.external_id)
      AND known.external_id IS NOT NULL AND NOT known.is_kept_apart)
  ORDER BY organisation_id, fold_text(source_system), fold_text(external_id), registered_at, id
) AS alone WHERE alone.id = beneficiary.id;
