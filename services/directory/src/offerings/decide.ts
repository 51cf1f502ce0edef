import type { NewOffering, OfferingPatch } from '@rohnamo/contracts';
import type { Decision, Guard } from '@rohnamo/journal';
import { type Refused, refused, versionMismatch } from '@rohnamo/service-kit';
import type { Occasion } from '../occasion.ts';
import type { FacilityRow, OfferingRow } from '../schema.ts';
import { offeringRecord } from './record.ts';

const hasDesk = ({ desks }: FacilityRow, deskId: string | null | undefined): boolean =>
  deskId === undefined || deskId === null || desks.some(({ id }) => id === deskId);

/** Whoever names a desk leans on the facility, which has it as it was read. */
const leaningOn = ({ id, version }: FacilityRow, deskId: string | null | undefined): Guard[] =>
  deskId === undefined || deskId === null ? [] : [{ kind: 'facility', id, version }];

const unknownDesk = (): Refused =>
  refused('invalid-field', { errors: [{ pointer: '#/deskId', detail: 'must be the id of a desk of this facility' }] });

/** Refuses with not-found where there is no such facility, invalid-field for a desk that it does not have. That a service is offered there once is the database's to say. */
export function newOffering(
  facility: FacilityRow | null,
  asked: NewOffering,
  { id, occasion }: { id: string; occasion: Occasion },
): Decision<OfferingRow, Refused> {
  if (facility === null) return { refuse: refused('not-found') };
  if (!hasDesk(facility, asked.deskId)) return { refuse: unknownDesk() };
  const row: OfferingRow = {
    id,
    version: 1,
    facilityId: facility.id,
    ...asked,
    activityGroup: asked.activityGroup ?? null,
    hours: asked.hours ?? null,
    eligibility: asked.eligibility ?? null,
    cost: asked.cost ?? null,
    placesPerWeek: asked.placesPerWeek ?? null,
    deskId: asked.deskId ?? null,
    verifiedAt: occasion.time,
  };
  return recorded(row, { facility, occasion, guards: leaningOn(facility, asked.deskId) });
}

/** An offering with the facility that gives it. */
export interface OfferingThere {
  offering: OfferingRow;
  facility: FacilityRow;
}

/** Whoever changes an offering says by it how things stand now. Refuses with not-found (also what is not theirs to keep), version-mismatch, or invalid-field for a desk that the facility does not have. */
export function changedOffering(
  before: OfferingThere | null,
  asked: OfferingPatch,
  { ifMatch, occasion }: { ifMatch: string | undefined; occasion: Occasion },
): Decision<OfferingRow, Refused> {
  if (before === null) return { refuse: refused('not-found') };
  const { offering, facility } = before;
  const stale = versionMismatch(ifMatch, offering.version);
  if (stale) return stale;
  if (!hasDesk(facility, asked.deskId)) return { refuse: unknownDesk() };
  const row: OfferingRow = {
    ...offering,
    version: offering.version + 1,
    capacity: asked.capacity ?? offering.capacity,
    placesPerWeek: unlessSaid(asked.placesPerWeek, offering.placesPerWeek),
    deskId: unlessSaid(asked.deskId, offering.deskId),
    hours: unlessSaid(asked.hours, offering.hours),
    eligibility: unlessSaid(asked.eligibility, offering.eligibility),
    cost: unlessSaid(asked.cost, offering.cost),
    languages: asked.languages ?? offering.languages,
    staffWomen: asked.staffWomen ?? offering.staffWomen,
    staffMen: asked.staffMen ?? offering.staffMen,
    walkIns: asked.walkIns ?? offering.walkIns,
    verifiedAt: occasion.time,
  };
  return recorded(row, { facility, occasion, guards: leaningOn(facility, asked.deskId) });
}

/** Null takes a condition away; what is not sent stays. */
const unlessSaid = <Value>(said: Value | null | undefined, before: Value | null): Value | null =>
  said === undefined ? before : said;

const recorded = (
  row: OfferingRow,
  { facility, occasion, guards }: { facility: FacilityRow; occasion: Occasion; guards: Guard[] },
): Decision<OfferingRow, Refused> => ({
  record: {
    guards,
    changes: [
      {
        kind: 'offering',
        id: row.id,
        expected: row.version - 1,
        state: { ...row },
        entry: {
          type: 'offering.recorded.v1',
          data: offeringRecord(row),
          audience: facility.organisationId,
          ...occasion,
        },
      },
    ],
  },
  result: row,
});
