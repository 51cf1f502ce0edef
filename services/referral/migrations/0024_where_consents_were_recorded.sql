-- Who recorded a consent, and where: it is named by those who work there alone. Copies that are there already lack it, and are asked for again.
-- Locks "consent" for a moment.
ALTER TABLE "consent" ADD COLUMN "organisation_id" uuid;--> statement-breakpoint
ALTER TABLE "consent" ADD COLUMN "facility_ids" uuid[];--> statement-breakpoint
ALTER TABLE "consent" ADD COLUMN "desk_ids" uuid[];