import type { Facility } from '@rohnamo/contracts';
import { aFacility } from '@rohnamo/testkit';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { desksCommand } from '../src/facilities/desks-command.ts';
import { type RunningDirectory, runningDirectory } from './running-directory.ts';

let directory: RunningDirectory;
let organisationId: string;
let otherOrganisationId: string;
beforeAll(async () => {
  directory = await runningDirectory();
  organisationId = await directory.organisation();
  otherOrganisationId = await directory.organisation('Another department (sample)');
});
afterAll(() => directory.stop());

const aDesk = () => ({ id: randomUUID(), name: 'Room 4' });
const record = (organisation: string, desks: object[], headers: Record<string, string> = {}) =>
  directory.ask<Facility>({
    method: 'POST',
    path: '/v1/facilities',
    as: {},
    headers,
    body: { ...aFacility(organisation), desks },
  });
const change = (facilityId: string, desks: object[]) =>
  directory.ask<Facility>({
    method: 'PATCH',
    path: `/v1/facilities/${facilityId}`,
    as: {},
    body: { desks },
    headers: { 'if-match': '*' },
  });
const taken = (index: number) => ({
  status: 422,
  body: {
    type: '/problems/invalid-field',
    errors: [{ pointer: `#/desks/${index}/id`, detail: 'is a desk of another facility, or was: make a new id' }],
  },
});
async function shared() {
  const printed = { out: '', said: '' };
  const code = await desksCommand(['shared'], {
    env: { DATABASE_URL: directory.databaseUrl },
    out: (text) => void (printed.out += text),
    say: (text) => void (printed.said += text),
  });
  return { code, ...printed };
}

describe('a desk is of one facility', () => {
  it('and no other can name it, of the same organisation or of another, when it is recorded or changed', async () => {
    const desk = aDesk();
    await directory.facility(organisationId, { desks: [desk] });
    for (const organisation of [organisationId, otherOrganisationId]) {
      expect(await record(organisation, [aDesk(), { ...desk, id: desk.id.toUpperCase() }])).toMatchObject(taken(1));
      const other = await directory.facility(organisation, { desks: [] });
      expect(await change(other, [desk])).toMatchObject(taken(0));
    }
  });

  it('also once its facility has let it go, for clients may still have it; that facility can take it back', async () => {
    const desk = aDesk();
    const facilityId = await directory.facility(organisationId, { desks: [desk] });
    expect((await change(facilityId, [])).status).toBe(200);
    expect(await record(otherOrganisationId, [desk])).toMatchObject(taken(0));
    expect((await change(facilityId, [desk])).status).toBe(200);
  });

  it('of several that name it at the same time, one gets it', async () => {
    for (let round = 0; round < 10; round++) {
      const desk = aDesk();
      const answers = await Promise.all(
        [organisationId, otherOrganisationId, organisationId].map((its) => record(its, [desk])),
      );
      expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 422, 422]);
    }
  });

  it('a request that is sent again is answered as done', async () => {
    const desk = aDesk();
    const key = { 'idempotency-key': randomUUID() };
    const first = await record(organisationId, [desk], key);
    const again = await record(organisationId, [desk], key);
    expect(again.status).toBe(201);
    expect(again.body.id).toBe(first.body.id);
  });

  it('what several named before stays, is listed, and spreads no further', async () => {
    expect(await shared()).toMatchObject({ code: 0, out: '' });
    const desk = aDesk();
    const one = await directory.facility(organisationId, { desks: [desk] });
    const two = await directory.facility(otherOrganisationId, { desks: [] });
    // As it could be written before there was a table of desks.
    await directory.pool.query('update facility set desks = $2 where id = $1', [two, JSON.stringify([desk])]);
    const { code, out } = await shared();
    expect(code).toBe(1);
    expect(out.trim().split('\n')).toEqual([
      `desk ${desk.id} facility ${one} organisation ${organisationId}`,
      `desk ${desk.id} facility ${two} organisation ${otherOrganisationId}`,
    ]);
    expect((await change(two, [{ ...desk, name: 'Room 5' }, aDesk()])).status).toBe(200);
    expect(await record(organisationId, [desk])).toMatchObject(taken(0));
    expect((await change(two, [])).status).toBe(200);
    expect(await shared()).toMatchObject({ code: 0, out: '' });
    expect(await change(two, [desk])).toMatchObject(taken(0));
  });
});
