import { randomUUID } from 'node:crypto';
import type { WorklistItem } from '@rohnamo/contracts';
import { eventually, type TokenRequest } from '@rohnamo/testkit';
import { drizzle } from 'drizzle-orm/node-postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { feedback, type FeedbackRow } from '../src/schema.ts';
import { type ReferralService, referralService } from './referral-service.ts';

const hourMs = 3600 * 1000;
let at: ReferralService;
let clock = new Date('2027-02-02T05:00:00.000Z'); // a Tuesday, without a holiday in its weeks
beforeAll(async () => {
  at = await referralService({ now: () => clock });
  await at.start();
});
afterAll(() => at.stop());

const later = (hours: number) => void (clock = new Date(clock.getTime() + hours * hourMs));
type Party = 'referrer' | 'facility' | 'supervisor';
const pageFor = async (as: TokenRequest, asked: object = {}) => {
  const { status, body } = await at.call(as, 'POST', '/v1/worklist', { limit: 200, ...asked });
  expect(status).toBe(200);
  return body as unknown as { items: WorklistItem[]; next: string | null };
};
const itemFor = async (as: TokenRequest, id: string, asked: object = {}): Promise<WorklistItem | undefined> =>
  (await pageFor(as, asked)).items.find(({ referral }) => referral.id === id);
/** The tasks of a referral, for each party that has one. */
const tasksOf = async (id: string) => {
  const found: Partial<Record<Party, string>> = {};
  for (const party of ['referrer', 'facility', 'supervisor'] as const) {
    const item = await itemFor(at.roles[party], id);
    if (item) found[party] = item.task;
  }
  return found;
};
const act = async (party: 'referrer' | 'facility', id: string, action: string, body: object = {}) => {
  const answer = await at.act(at.roles[party], id, action, body);
  expect(answer.status, `${action}: ${JSON.stringify(answer.body)}`).toBe(200);
};
const appointmentIn = (hours: number) => ({ appointmentAt: new Date(clock.getTime() + hours * hourMs).toISOString() });

const taskIdOf = async (id: string) =>
  String((await at.call(at.roles.referrer, 'GET', `/v1/referrals/${id}`)).body['taskId']);
const notHelped = (referralId: string, taskId: string): FeedbackRow => ({
  id: randomUUID(),
  version: 1,
  referralId,
  taskId,
  referrerOrganisationId: at.roles.referrer.organisationId,
  facilityOrganisationId: at.roles.facility.organisationId,
  kind: 'not-helped',
  barrier: null,
  givenAt: clock,
});

describe('what must be done next', () => {
  it('goes from the facility to the referrer and back, from draft to closed', async () => {
    const id = await at.refer({ draft: true });
    expect(await tasksOf(id)).toEqual({ referrer: 'send-draft' });
    await act('referrer', id, 'submit');
    expect(await tasksOf(id)).toEqual({ facility: 'acknowledge' });
    await act('facility', id, 'acknowledge');
    expect(await tasksOf(id)).toEqual({ facility: 'decide' });
    await act('facility', id, 'request_info', { question: 'Which hand?' });
    expect(await tasksOf(id)).toEqual({ referrer: 'answer-question' });
    await act('referrer', id, 'answer_info', { answer: 'The left.' });
    expect(await tasksOf(id)).toEqual({ facility: 'decide' });
    await act('facility', id, 'accept');
    expect(await tasksOf(id)).toEqual({ facility: 'give-appointment' });
    await act('facility', id, 'schedule', appointmentIn(2));
    expect(await tasksOf(id)).toEqual({});
    later(2);
    expect(await tasksOf(id)).toEqual({ facility: 'record-visit' });
    await act('facility', id, 'start');
    expect(await tasksOf(id)).toEqual({ facility: 'report-outcome' });
    await act('facility', id, 'complete', { outcome: 'treated' });
    expect(await tasksOf(id)).toEqual({ referrer: 'confirm-outcome' });
    await act('referrer', id, 'close', { needMet: true });
    expect(await tasksOf(id)).toEqual({});
  });

  it('after a rejection is to choose another place, until there is one or it is closed', async () => {
    const id = await at.refer();
    await act('facility', id, 'reject', { code: 'no-capacity' });
    const item = await itemFor(at.roles.referrer, id);
    expect(item).toMatchObject({ task: 'choose-another-place', dueAt: null, since: clock.toISOString() });
    expect(item?.allowedActions).toContain('reroute');
    expect(await tasksOf(id)).toEqual({ referrer: 'choose-another-place' });
    await act('referrer', id, 'close', { needMet: false });
    expect(await tasksOf(id)).toEqual({});
  });

  it('after three appointments that were not kept is to call the person, and to give another', async () => {
    const id = await at.refer();
    await act('facility', id, 'schedule', appointmentIn(1));
    for (const missed of [1, 2, 3]) {
      later(1);
      await act('facility', id, 'record_no_show');
      expect(await tasksOf(id)).toEqual({
        facility: 'give-appointment',
        ...(missed === 3 ? { referrer: 'call-person' } : {}),
      });
      await act('facility', id, 'schedule', appointmentIn(1));
    }
    expect(await tasksOf(id)).toEqual({});
  });

  it('is to answer a message, for whom it was written, until they have written or acted', async () => {
    const id = await at.refer();
    const say = async (party: 'referrer' | 'facility') => {
      later(0.01);
      const { status } = await at.call(at.roles[party], 'POST', `/v1/referrals/${id}/messages`, { text: 'And?' });
      expect(status).toBe(201);
      later(0.01);
    };
    await say('facility');
    expect(await tasksOf(id)).toEqual({ facility: 'acknowledge', referrer: 'answer-message' });
    await say('referrer');
    expect(await tasksOf(id)).toEqual({ facility: 'acknowledge' }); // acknowledging is an answer
    await act('facility', id, 'start');
    expect(await tasksOf(id)).toEqual({ facility: 'report-outcome' });
    await say('referrer');
    expect(await itemFor(at.roles.facility, id)).toMatchObject({
      task: 'answer-message',
      since: new Date(clock.getTime() - 0.01 * hourMs).toISOString(),
      allowedActions: expect.arrayContaining(['record_interim']),
    });
    await act('facility', id, 'record_interim', { nextSteps: 'Rest.' });
    expect(await tasksOf(id)).toEqual({ facility: 'report-outcome' });
    await say('facility');
    await act('facility', id, 'complete', { outcome: 'treated' });
    expect(await tasksOf(id)).toEqual({ referrer: 'confirm-outcome' });
  });

  it('of what a person says who was not served is a supervisor’s, until they have acted, also once it is closed', async () => {
    const id = await at.refer();
    const task = await taskIdOf(id);
    await act('facility', id, 'accept');
    await act('facility', id, 'complete', { outcome: 'treated' });
    await act('referrer', id, 'close', { needMet: true });
    await drizzle(at.pool).insert(feedback).values(notHelped(id, task));
    later(1);
    expect(await tasksOf(id)).toEqual({ supervisor: 'feedback' });
    const ofFacility = { ...at.roles.supervisor, organisationId: at.roles.facility.organisationId, clientId: 'of-it' };
    expect(await itemFor(ofFacility, id)).toMatchObject({
      task: 'feedback',
      why: expect.stringContaining('not helped'),
    });
    const stranger = { ...at.roles.supervisor, organisationId: randomUUID(), clientId: 'of-none' };
    expect(await itemFor(stranger, id)).toBeUndefined();
    expect((await at.act(at.roles.supervisor, id, 'reopen')).status).toBe(200);
    expect(await tasksOf(id)).toEqual({ referrer: 'send-draft' });
  });

  it('of what a person says is nobody’s after thirty days', async () => {
    const id = await at.refer();
    await drizzle(at.pool)
      .insert(feedback)
      .values(notHelped(id, await taskIdOf(id)));
    await act('facility', id, 'reject', { code: 'no-capacity' });
    await act('referrer', id, 'close', { needMet: false });
    later(30 * 24);
    expect(await tasksOf(id)).toEqual({ supervisor: 'feedback' });
    later(0.1);
    expect(await tasksOf(id)).toEqual({});
  });

  it('of a cancellation is the facility’s, and where it kept silent the referrer chooses again', async () => {
    const [confirmed, silent] = [await at.refer(), await at.refer()];
    for (const id of [confirmed, silent]) {
      await act('facility', id, 'accept');
      await act('referrer', id, 'request_cancel');
      expect(await tasksOf(id)).toEqual({ facility: 'confirm-cancel' });
    }
    await act('facility', confirmed, 'confirm_cancel');
    later(24);
    await eventually(async () => (await itemFor(at.roles.referrer, silent))?.task === 'choose-another-place');
    expect(await tasksOf(silent)).toEqual({ referrer: 'choose-another-place' });
    expect(await tasksOf(confirmed)).toEqual({});
  });

  it('about an emergency that is late is to call the facility, and the supervisor sees it', async () => {
    const id = await at.refer({ priority: 'emergency' });
    later(0.9);
    expect(await tasksOf(id)).toEqual({ facility: 'acknowledge' });
    later(0.2);
    expect(await tasksOf(id)).toEqual({ facility: 'acknowledge', referrer: 'call-facility', supervisor: 'silent' });
    expect(await itemFor(at.roles.facility, id)).toMatchObject({ overdue: true, dueAt: expect.any(String) as string });
    await act('facility', id, 'acknowledge');
    expect(await tasksOf(id)).toEqual({ facility: 'decide' });
  });

  it('about what is urgent is to offer another place at 150 %, and to call the facility after seven days', async () => {
    const id = await at.refer({ priority: 'urgent' });
    later(9);
    expect(await tasksOf(id)).toEqual({ facility: 'acknowledge', supervisor: 'silent' });
    expect(await itemFor(at.roles.supervisor, id)).toMatchObject({ reroute: false });
    later(4);
    const offer = await itemFor(at.roles.supervisor, id);
    expect(offer).toMatchObject({ task: 'offer-reroute', reroute: true });
    expect(offer?.allowedActions).toContain('reroute');
    expect(await itemFor(at.roles.referrer, id)).toBeUndefined();
    later(7 * 24 - 13);
    expect(await tasksOf(id)).toEqual({
      facility: 'acknowledge',
      referrer: 'call-facility',
      supervisor: 'offer-reroute',
    });
    await act('facility', id, 'start');
    expect(await tasksOf(id)).toEqual({ facility: 'report-outcome' });
  });

  it('about what is routine is silence to the supervisor, and once it has expired to choose another place', async () => {
    const id = await at.refer();
    later(15 * 24);
    expect(await tasksOf(id)).toEqual({ facility: 'acknowledge', supervisor: 'silent' });
    later(15 * 24);
    await eventually(async () => (await itemFor(at.roles.referrer, id))?.task === 'choose-another-place');
    expect(await tasksOf(id)).toEqual({ referrer: 'choose-another-place' });
  });
});

describe('a worklist shows', () => {
  it('a referral in the words that the caller may see: nothing of the need, the person or the reason', async () => {
    const deskId = randomUUID();
    const { referrer, facility } = at.roles;
    const its = { ...facility, deskIds: [deskId] };
    const id = await at.refer({
      ...at.person({ categories: ['identity', 'contact', 'health', 'mhpss'] }),
      offeringId: at.offering({ service: 'mhpss-counselling', deskId }).id,
      needCategory: 'mhpss',
      reason: 'does not sleep',
    });
    const item = await itemFor(its, id);
    expect(item?.referral).toEqual({
      id,
      version: 1,
      number: item?.referral.number,
      view: 'triage',
      state: 'sent',
      priority: 'routine',
      facilityId: at.facilityId,
      facilityOrganisationId: facility.organisationId,
      deskId,
      service: 'confidential service',
    });
    await at.act(its, id, 'accept', { responsible: 'nurse-3' });
    const whole = JSON.stringify([await pageFor(its), await pageFor(at.roles.supervisor), await pageFor(referrer)]);
    expect(whole).not.toMatch(/does not sleep|"needCategory"|Фирӯза/);
    expect(await itemFor(its, id)).toMatchObject({ task: 'give-appointment', responsible: 'nurse-3' });
    expect(await itemFor(its, id, { responsible: 'nurse-3' })).toBeDefined();
    expect(await itemFor(its, id, { responsible: 'nurse-4' })).toBeUndefined();
  });

  it('nothing to another desk, facility or organisation, and to nobody of the facility what is a desk’s alone', async () => {
    const deskId = randomUUID();
    const { facility, stranger, otherFacility, supervisor } = at.roles;
    const id = await at.refer({ offeringId: at.offering({ deskId }).id, priority: 'emergency' });
    const open = await at.refer({ priority: 'emergency' });
    later(2);
    const strangers: TokenRequest[] = [
      stranger,
      otherFacility,
      { ...facility, facilityIds: [randomUUID()] },
      { ...otherFacility, facilityIds: [at.facilityId] },
      { ...supervisor, organisationId: randomUUID() },
    ];
    for (const as of strangers) expect((await pageFor(as)).items).toEqual([]);
    const shown = async (as: TokenRequest, asked?: object) =>
      (await pageFor(as, asked)).items.map(({ referral }) => referral.id).filter((one) => one === id || one === open);
    expect(await shown(facility)).toEqual([open]);
    expect(await shown({ ...facility, deskIds: [randomUUID()] })).toEqual([open]);
    expect(await shown(facility, { deskId })).toEqual([]);
    expect(await shown({ ...facility, deskIds: [deskId] })).toEqual([id, open]);
    expect(await shown({ ...facility, deskIds: [deskId] }, { deskId })).toEqual([id]);
    expect(await shown({ ...supervisor, organisationId: facility.organisationId })).toEqual([id, open]);
    expect(await shown(at.roles.referrer, { facilityId: randomUUID() })).toEqual([]);
  });

  it('only the tasks that are asked for', async () => {
    const [sent, looking] = [await at.refer(), await at.refer()];
    await act('facility', looking, 'acknowledge');
    const asked = { tasks: ['decide'] };
    expect(await itemFor(at.roles.facility, sent, asked)).toBeUndefined();
    expect(await itemFor(at.roles.facility, looking, asked)).toMatchObject({ task: 'decide' });
    expect((await pageFor(at.roles.facility, { tasks: ['silent'] })).items).toEqual([]);
    const { body } = await at.call(at.roles.facility, 'POST', '/v1/worklist', { tasks: ['shout'] });
    expect(body).toMatchObject({ status: 422, errors: [{ pointer: '#/tasks/0' }] });
  });

  it('nothing from behind an instant that no database reads, whose cursor is refused', async () => {
    for (const ms of [8.64e15, Date.UTC(10_000, 0, 1)]) {
      const cursor = Buffer.from(JSON.stringify([0, ms, randomUUID()])).toString('base64url');
      const { body } = await at.call(at.roles.facility, 'POST', '/v1/worklist', { cursor });
      expect(body).toMatchObject({ status: 422, type: expect.stringContaining('cursor-invalid') });
    }
  });

  it('without a body the whole', async () => {
    const id = await at.refer({ priority: 'emergency' });
    const { status, body } = await at.call(at.roles.facility, 'POST', '/v1/worklist');
    expect(status).toBe(200);
    expect((body['items'] as unknown as WorklistItem[]).map(({ referral }) => referral.id)).toContain(id);
  });
});

describe('looking at a worklist', () => {
  const listEntries = async () => {
    const { rows } = await at.pool.query<{ subjects: string[] }>(
      "select detail->'subjects' as subjects from entry where type = 'referral-list.observed.v1' order by time, id",
    );
    return rows.map(({ subjects }) => subjects);
  };

  it('is one entry that names all that was on it; a supervisor’s is none', async () => {
    await at.refer({ priority: 'emergency' });
    const before = (await listEntries()).length;
    const { items } = await pageFor(at.roles.facility, { limit: 3 });
    const after = await listEntries();
    expect(after.length).toBe(before + 1);
    expect(after).toContainEqual(items.map(({ referral }) => referral.id));
    await pageFor(at.roles.supervisor);
    expect((await listEntries()).length).toBe(before + 1);
  });
});
