-- At which facility and desk a consent was recorded: it is for those who work there. Of those that are there already nothing is known, and
-- they stay their organisation's.
-- Locks "consent" for a moment.
ALTER TABLE "consent" ADD COLUMN "facility_ids" uuid[];--> statement-breakpoint
ALTER TABLE "consent" ADD COLUMN "desk_ids" uuid[];
