-- Who a person was when a consent was recorded, and when somebody last confirmed that it is the same person. Consents that are there
-- stand on who the person is now. Locks "beneficiary" for a moment, and the rows of "consent" until it is done.
ALTER TABLE "beneficiary" ADD COLUMN "identity_confirmed_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "consent" ADD COLUMN "identity" jsonb;--> statement-breakpoint
UPDATE consent SET identity = jsonb_build_object('givenName', b.given_name, 'familyName', b.family_name, 'fatherName', b.father_name, 'sex', b.sex, 'birthDate', b.birth_date) FROM beneficiary b WHERE b.id = consent.beneficiary_id;
