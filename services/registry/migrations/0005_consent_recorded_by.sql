-- A consent's organisation is the one that recorded it, which its entry names; it was the one that registered the person. Locks the
-- rows of those that another organisation recorded, until it is done.
UPDATE consent SET organisation_id = (given.actor ->> 'organisationId')::uuid
FROM entry given
WHERE given.subject = consent.id AND given.type = 'consent.given.v1'
  AND (given.actor ->> 'organisationId')::uuid <> consent.organisation_id;
