-- A desk that an offering names is not taken out of its facility. The service looks before it writes; an offering that is written in
-- between holds the facility's row (a guard of record), so that what this looks at is there. Locks "facility" for a moment.
CREATE FUNCTION "facility_desk_in_use"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT FROM "offering" WHERE "facility_id" = NEW."id"
		AND OLD."desks" @> jsonb_build_array(jsonb_build_object('id', "desk_id"))
		AND NOT NEW."desks" @> jsonb_build_array(jsonb_build_object('id', "desk_id"))) THEN
		RAISE EXCEPTION 'a desk is named by an offering' USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'facility_desk_in_use';
	END IF;
	RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER "facility_desk_in_use" BEFORE UPDATE ON "facility" FOR EACH ROW
	WHEN (OLD."desks" IS DISTINCT FROM NEW."desks") EXECUTE FUNCTION "facility_desk_in_use"();
