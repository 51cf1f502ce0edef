import { type Desk, type Facility, type FacilityFound, type Offering, Role, scopesOfRole } from '@rohnamo/contracts';
import { system } from '@rohnamo/journal';
import { anOffering } from '@rohnamo/testkit';
import { randomUUID } from 'node:crypto';
import { drizzle } from 'drizzle-orm/node-postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { changedFacility } from '../src/facilities/decide.ts';
import { createFacilityStore } from '../src/facilities/store.ts';
import { type RunningDirectory, runningDirectory } from './running-directory.ts';

let directory: RunningDirectory;
let organisationId: string;
let facilityId: string;
/** A desk is one facility's, so each has new ones. */
const newDesks = () =>
  [{ id: randomUUID(), name: 'Room 4' } satisfies Desk, { id: randomUUID(), name: 'Room 7' } satisfies Desk] as const;
let [kept, dropped] = newDesks();
beforeAll(async () => {
  directory = await runningDirectory();
  organisationId = await directory.organisation();
});
beforeEach(async () => {
  [kept, dropped] = newDesks();
  facilityId = await directory.facility(organisationId, { desks: [kept, dropped] });
});
afterAll(() => directory.stop());

const changed = (body: object) =>
  directory.ask<Facility>({
    method: 'PATCH',
    path: `/v1/facilities/${facilityId}`,
    as: {},
    body,
    headers: { 'if-match': '*' },
  });
const offered = (deskId: string) =>
  directory.ask<Offering>({
    method: 'POST',
    path: `/v1/facilities/${facilityId}/offerings`,
    as: {},
    body: anOffering({ deskId }),
  });
const moved = (offeringId: string, deskId: string | null) =>
  directory.ask<Offering>({
    method: 'PATCH',
    path: `/v1/offerings/${offeringId}`,
    as: {},
    body: { deskId },
    headers: { 'if-match': '*' },
  });

describe('a desk that an offering names', () => {
  it('stays with its facility, which is told of the offering', async () => {
    const offeringId = await directory.offering(facilityId, { deskId: dropped.id });
    expect(await changed({ desks: [kept] })).toMatchObject({
      status: 422,
      body: {
        type: '/problems/invalid-field',
        errors: [
          { pointer: '#/desks', detail: `must keep the desk ${dropped.id}: the offering ${offeringId} names it` },
        ],
      },
    });
    expect((await changed({ desks: [dropped] })).status).toBe(200);
    expect((await changed({ desks: [{ ...dropped, name: 'Room 8' }], address: null })).status).toBe(200);
  });

  it('can go once the offering names another or none', async () => {
    const offeringId = await directory.offering(facilityId, { deskId: dropped.id });
    expect((await moved(offeringId, null)).status).toBe(200);
    expect((await changed({ desks: [kept] })).status).toBe(200);
    expect((await moved(offeringId, dropped.id)).status).toBe(422);
  });

  it('is never taken away while it is named: of both at once, one loses', async () => {
    for (let round = 0; round < 15; round++) {
      [kept, dropped] = newDesks();
      const id = await directory.facility(organisationId, { desks: [kept, dropped] });
      facilityId = id;
      const other = await directory.offering(id, { service: 'rehabilitation' });
      const [taken, named] = await Promise.all([
        changed({ desks: [kept] }),
        round % 2 === 0 ? offered(dropped.id) : moved(other, dropped.id),
      ]);
      expect([taken.status, named.status].filter((status) => status < 300)).toHaveLength(1);
      expect([taken.status, named.status]).toContain(422);
    }
  });

  it('is kept by the database, where it was named after the facility’s offerings were read', async () => {
    const store = createFacilityStore(drizzle(directory.pool));
    const before = await store.find(facilityId);
    await directory.offering(facilityId, { deskId: dropped.id });
    const occasion = { actor: system, time: new Date(), traceparent: null };
    const asked = {
      ifMatch: '*',
      grounds: { districtExists: true, facilityOfDesk: new Map([[kept.id, facilityId]]), offeringsAtDesks: [] },
      occasion,
    };
    const decision = changedFacility(before, { desks: [kept] }, asked);
    if ('refuse' in decision) throw decision.refuse;
    expect(await directory.journal.record(decision.record)).toMatchObject({
      kind: 'refused',
      constraint: 'facility_desk_in_use',
    });
  });
});

describe('desks', () => {
  it('are told to their own organisation, administrators and the other services, and to nobody else, wherever they stand', async () => {
    const offeringId = await directory.offering(facilityId, { deskId: kept.id });
    const paths = [
      `/v1/facilities/${facilityId}`,
      `/v1/facilities/${facilityId}/offerings`,
      `/v1/offerings/${offeringId}`,
    ];
    const told = async (as: Parameters<RunningDirectory['ask']>[0]['as']) => {
      const answers = await Promise.all(paths.map((path) => directory.ask({ path, ...(as && { as }) })));
      expect(answers.map(({ status }) => status)).toEqual(paths.map(() => 200));
      return answers.map(({ body }) => JSON.stringify(body).includes(kept.id));
    };
    const everywhere = paths.map(() => true);
    for (const role of ['facility', 'supervisor'] as const)
      expect(await told({ role, organisationId, facilityIds: [facilityId] })).toEqual(everywhere);
    expect(await told({ role: 'directory-admin' })).toEqual(everywhere);
    expect(await told({ role: 'service' })).toEqual(everywhere);
    for (const role of Role.options.filter((one) => one !== 'directory-admin' && one !== 'service'))
      if ((scopesOfRole[role] as readonly string[]).includes('directory:read'))
        expect(await told({ role, organisationId: randomUUID() })).toEqual(paths.map(() => false));

    const found: FacilityFound[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: { items: FacilityFound[]; next: string | null } = await directory.search({
        limit: '200',
        ...(cursor === '' ? {} : { cursor }),
      });
      found.push(...page.items);
      cursor = page.next;
    }
    const listed = found.find(({ id }) => id === facilityId);
    expect(listed?.offerings.map(({ id }) => id)).toEqual([offeringId]);
    for (const { desks, offerings } of found) {
      expect(desks).toEqual([]);
      for (const one of offerings) expect(one).not.toHaveProperty('deskId');
    }
    const [{ data } = { data: {} }] = await directory.entriesOf(offeringId);
    expect(data).toMatchObject({ deskId: kept.id }); // what the other services route by
  });
});
