import type { Desk, FacilityPatch, NewFacility } from '@rohnamo/contracts';
import type { Decision, Projection } from '@rohnamo/journal';
import { type Refused, refused, versionMismatch } from '@rohnamo/service-kit';
import { nameBeginnings } from '../names/search-key.ts';
import type { Occasion } from '../occasion.ts';
import type { FacilityRow } from '../schema.ts';
import { eventRecord } from './record.ts';

/** Whether what a facility names is in the directory. A district is not asked for while there are no places at all. */
export interface FacilityGrounds {
  organisationExists: boolean;
  districtExists: boolean;
  /** Of the desks that it names, those that a facility has named before, and which one. */
  facilityOfDesk: ReadonlyMap<string, string>;
}

/** Refuses with unknown-organisation, or invalid-field for a district that does not exist or a desk that is another facility's. */
export function newFacility(
  asked: NewFacility,
  { id, grounds, occasion }: { id: string; grounds: FacilityGrounds; occasion: Occasion },
): Decision<FacilityRow, Refused> {
  if (!grounds.organisationExists) {
    return {
      refuse: refused('unknown-organisation', {
        errors: [{ pointer: '#/organisationId', detail: 'must be the id of an organisation in the directory' }],
      }),
    };
  }
  const errors = [...(grounds.districtExists ? [] : [unknownDistrict]), ...takenDesks(asked.desks, { id, grounds })];
  if (errors.length > 0) return { refuse: refused('invalid-field', { errors }) };
  const { location, districtId, address, ...rest } = asked;
  const row: FacilityRow = {
    id,
    version: 1,
    ...rest,
    ...location,
    nameBeginnings: beginningsOf(asked.name),
    districtId: districtId ?? null,
    address: address ?? null,
  };
  return recorded(row, { grounds, occasion });
}

/** What a change of a facility leans on. */
export interface ChangeGrounds extends Pick<FacilityGrounds, 'districtExists' | 'facilityOfDesk'> {
  /** The facility's offerings that name a desk; none need be read where no desks are asked for. */
  offeringsAtDesks: readonly { id: string; deskId: string }[];
}

/**
 * Refuses with not-found, version-mismatch, or invalid-field for a district that does not exist, for a desk that is another
 * facility's and was not here before, or without a desk that an offering names. That nobody names it meanwhile is the database's to say.
 */
export function changedFacility(
  before: FacilityRow | null,
  asked: FacilityPatch,
  { ifMatch, grounds, occasion }: { ifMatch: string | undefined; grounds: ChangeGrounds; occasion: Occasion },
): Decision<FacilityRow, Refused> {
  if (before === null) return { refuse: refused('not-found') };
  const stale = versionMismatch(ifMatch, before.version);
  if (stale) return stale;
  const kept = new Set(before.desks.map((desk) => desk.id));
  const errors = [
    ...(grounds.districtExists ? [] : [unknownDistrict]),
    ...takenDesks(asked.desks ?? [], { id: before.id, grounds, kept }),
    ...grounds.offeringsAtDesks.flatMap(namesNone(before.desks, asked.desks ?? before.desks)),
  ];
  if (errors.length > 0) return { refuse: refused('invalid-field', { errors }) };
  const name = asked.name ?? before.name;
  const row: FacilityRow = {
    ...before,
    version: before.version + 1,
    name,
    nameBeginnings: beginningsOf(name),
    latitude: asked.location?.latitude ?? before.latitude,
    longitude: asked.location?.longitude ?? before.longitude,
    locationConfidential: asked.locationConfidential ?? before.locationConfidential,
    districtId: asked.districtId === undefined ? before.districtId : asked.districtId,
    address: asked.address === undefined ? before.address : asked.address,
    languages: asked.languages ?? before.languages,
    wheelchairAccess: asked.wheelchairAccess ?? before.wheelchairAccess,
    desks: asked.desks ?? before.desks,
    status: asked.status ?? before.status,
  };
  return recorded(row, { grounds: asked.desks === undefined ? null : grounds, occasion });
}

const recorded = (
  row: FacilityRow,
  { grounds, occasion }: { grounds: Pick<FacilityGrounds, 'facilityOfDesk'> | null; occasion: Occasion },
): Decision<FacilityRow, Refused> => ({
  record: {
    projections: grounds === null ? [] : newDesks(row, grounds),
    changes: [
      {
        kind: 'facility',
        id: row.id,
        expected: row.version - 1,
        state: { ...row },
        entry: { type: 'facility.recorded.v1', data: eventRecord(row), audience: row.organisationId, ...occasion },
      },
    ],
  },
  result: row,
});

const beginningsOf = ({ tg, ru, en }: NewFacility['name']): string[] =>
  nameBeginnings([tg, ru, en].filter((name) => name !== undefined));

/** What is wrong for an offering whose desk would be there no more. */
const namesNone =
  (before: readonly Desk[], after: readonly Desk[]) =>
  ({ id, deskId }: { id: string; deskId: string }) => {
    const has = (desks: readonly Desk[]) => desks.some((desk) => desk.id === deskId);
    return has(before) && !has(after)
      ? [{ pointer: '#/desks', detail: `must keep the desk ${deskId}: the offering ${id} names it` }]
      : [];
  };

/** What is wrong for each desk that another facility has, or had. Those that were here before stay, whoever has them too. */
const takenDesks = (
  desks: readonly Desk[],
  {
    id,
    grounds,
    kept = new Set(),
  }: { id: string; grounds: Pick<FacilityGrounds, 'facilityOfDesk'>; kept?: Set<string> },
) =>
  desks.flatMap((desk, index) => {
    const facilityId = grounds.facilityOfDesk.get(desk.id) ?? id;
    return facilityId === id || kept.has(desk.id)
      ? []
      : [{ pointer: `#/desks/${index}/id`, detail: 'is a desk of another facility, or was: make a new id' }];
  });

/** That these desks are this facility's from now on. Of two facilities that name one at the same time, the database takes one. */
const newDesks = (
  { id: facilityId, desks }: FacilityRow,
  { facilityOfDesk }: Pick<FacilityGrounds, 'facilityOfDesk'>,
) =>
  desks
    .filter((desk) => !facilityOfDesk.has(desk.id))
    .map(({ id }): Projection => ({ kind: 'desk', id, expected: 0, version: 1, state: { facilityId } }));

const unknownDistrict = {
  pointer: '#/districtId',
  detail: 'must be the id of a district or town in the directory: see GET /v1/places?level=2',
};
