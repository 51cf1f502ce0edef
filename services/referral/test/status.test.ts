import { randomUUID } from 'node:crypto';
import type { Feedback } from '@rohnamo/contracts';
import { encodeCursor } from '@rohnamo/service-kit';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newSlipToken } from '../src/slip/token.ts';
import { anAddress, ask, printed } from './a-slip.ts';
import { type ReferralService, referralService } from './referral-service.ts';

let at: ReferralService;
beforeAll(async () => {
  at = await referralService();
});
afterAll(() => at.stop());

const birthYear = 1994;
const aSlip = async (id: string) => (await printed(at, id)).token;
const codeFor = async (token: string) => (await ask(at, { token, birthYear })).body['code'];
const looksAt = async (subject: string) => {
  const { rows } = await at.pool.query<{ type: string; client: string | null; slip: string | null }>(
    "select type, actor->>'clientId' as client, detail->>'slipId' as slip from entry where subject = $1 and version is null order by time, id",
    [subject],
  );
  return rows;
};
const say = (said: object) => ask(at, said, { path: '/v1/status/feedback' });
const heard = async (as = at.roles.supervisor, query = '') => {
  const { body } = await at.call(as, 'GET', `/v1/feedback${query}`);
  return body as unknown as { items: Feedback[]; next: string | null };
};

describe('where is it?', () => {
  it('goes with the referral, from waiting to finished', async () => {
    const { facility } = at.roles;
    const id = await at.refer();
    const token = await aSlip(id);
    expect(await codeFor(token)).toBe('waiting');
    await at.act(facility, id, 'accept');
    expect(await codeFor(token)).toBe('come');
    await at.act(facility, id, 'schedule', { appointmentAt: '2056-11-30T20:00:00.000Z' });
    const { headers, body } = await ask(at, { token, birthYear });
    expect(body).toMatchObject({ code: 'come', on: '2056-12-01', phrase: { ru: 'Приходите 01.12.2056: вас ждут.' } });
    expect(headers['cache-control']).toBe('no-store');
    await at.act(facility, id, 'complete', { outcome: 'treated', findings: 'A healed fracture.' });
    expect(await codeFor(token)).toBe('finished');
  });

  it('is answered to every slip that was printed of it, however the code is written', async () => {
    const id = await at.refer();
    const [one, other] = [await aSlip(id), await aSlip(id)];
    expect(await codeFor(one.toLowerCase().replace(/\s/g, ''))).toBe('waiting');
    expect(await codeFor(other.replace(/[\s-]/g, ' '))).toBe('waiting');
  });

  it('sends nobody to the place of an earlier attempt', async () => {
    const id = await at.refer();
    const token = await aSlip(id);
    const { status } = await at.act(at.roles.referrer, id, 'reroute', { offeringId: at.offering().id });
    expect(status).toBe(200);
    expect(await codeFor(token)).toBe('ask');
    expect(await codeFor(await aSlip(id))).toBe('waiting');
  });

  it('is answered the same, byte for byte, for what is not known, wrong, withdrawn or in error', async () => {
    const [withdrawn, cancelled, error, open] = [
      await at.refer(),
      await at.refer(),
      await at.refer(),
      await at.refer(),
    ];
    const slips = await Promise.all([withdrawn, cancelled, error, open].map(aSlip));
    await at.act(at.roles.facility, withdrawn, 'accept');
    await at.pool.query('update referral set sharing_stopped = true where id = any($1)', [[withdrawn]]);
    await at.act(at.roles.referrer, cancelled, 'decline');
    await at.act(at.roles.referrer, error, 'mark_error');
    const wrongYears = fc.sample(
      fc.integer({ min: 1900, max: 2099 }).filter((year) => year !== birthYear),
      4,
    );
    const holders = [
      ...slips.slice(0, 3).map((token) => ({ token, birthYear })),
      ...wrongYears.map((year) => ({ token: slips[3], birthYear: year })),
      ...fc
        .sample(fc.integer({ min: 1900, max: 2099 }), 20)
        .map((year) => ({ token: newSlipToken(), birthYear: year })),
    ];
    const answers = await Promise.all(holders.map((holder) => ask(at, holder)));
    const bytes = answers.map(({ status, headers, body }) => {
      const { date: _date, 'x-request-id': _id, ...kept } = headers;
      return JSON.stringify([status, kept, body]);
    });
    expect(new Set(bytes).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 200, body: { code: 'ask', on: null } });
    expect(await codeFor(slips[3] ?? '')).toBe('waiting');
  });

  it('leaves an entry of whoever asked by a slip that is known, and of whoever did not know the year', async () => {
    const id = await at.refer();
    const token = await aSlip(id);
    const before = (await looksAt(id)).length;
    await ask(at, { token, birthYear });
    await ask(at, { token, birthYear: birthYear - 1 });
    const { rows } = await at.pool.query<{ id: string }>('select id from slip where referral_id = $1', [id]);
    const slip = rows[0]?.id;
    expect((await looksAt(id)).slice(before)).toEqual([
      { type: 'referral.observed.v1', client: null, slip },
      { type: 'referral.denied.v1', client: null, slip },
    ]);
  });

  it('leaves nothing of a slip that is not known', async () => {
    const count = async () => (await at.pool.query('select from entry')).rowCount;
    const before = await count();
    await ask(at, { token: newSlipToken(), birthYear });
    await say({ token: newSlipToken(), birthYear, kind: 'helped' });
    expect(await count()).toBe(before);
  });

  it.each([
    ['a code that is too short', { token: '4K7M-2QX9', birthYear }, '#/token'],
    ['a letter that no code has', { token: 'U'.repeat(28), birthYear }, '#/token'],
    ['a year that is none', { token: newSlipToken(), birthYear: 94 }, '#/birthYear'],
    ['no year', { token: newSlipToken() }, '#/birthYear'],
  ])('refuses %s, and does not say it back', async (_what, holder, pointer) => {
    const { status, body } = await ask(at, holder);
    expect(status).toBe(422);
    expect(body).toMatchObject({ type: '/problems/invalid-field', errors: [{ pointer }] });
    expect(JSON.stringify(body)).not.toContain(holder.token);
  });

  it('is asked sixty times a minute from one address', async () => {
    const from = anAddress();
    for (let asked = 1; asked <= 60; asked++) expect((await ask(at, {}, { from })).status).toBe(422);
    const { status, headers } = await ask(at, { token: newSlipToken(), birthYear }, { from });
    expect(status).toBe(429);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  });
});

describe('what a person says of it', () => {
  it('is heard by the supervisors of both sides, and answered the same whatever came of it', async () => {
    const { supervisor, facility } = at.roles;
    const id = await at.refer();
    const token = await aSlip(id);
    const said = { token, birthYear, kind: 'did-not-go', barrier: 'transport' };
    const answers = [
      await say(said),
      await say(said),
      await say({ ...said, birthYear: 1950 }),
      await say({ ...said, token: newSlipToken() }),
    ];
    expect(new Set(answers.map(({ status, body }) => JSON.stringify([status, body]))).size).toBe(1);
    expect(answers[0]?.status).toBe(202);
    const its = { ...supervisor, organisationId: facility.organisationId, clientId: 'its-supervisor' };
    const others = { ...supervisor, organisationId: randomUUID(), clientId: 'other-supervisor' };
    for (const as of [supervisor, its]) {
      const { items } = await heard(as);
      expect(items.filter(({ referralId }) => referralId === id)).toMatchObject([
        { kind: 'did-not-go', barrier: 'transport' },
      ]);
    }
    expect(await heard(others)).toEqual({ items: [], next: null });
  });

  it('is kept once of each kind, also where it is said twice at the same time', async () => {
    const id = await at.refer();
    const token = await aSlip(id);
    const kinds = ['helped', 'helped', 'helped', 'not-helped'];
    const answers = await Promise.all(kinds.map((kind) => say({ token, birthYear, kind })));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202]);
    const { items } = await heard();
    expect(
      items
        .filter(({ referralId }) => referralId === id)
        .map(({ kind }) => kind)
        .toSorted(),
    ).toEqual(['helped', 'not-helped']);
  });

  it('is of the attempt that the slip led to, and goes to who received that', async () => {
    const id = await at.refer();
    const token = await aSlip(id);
    const { body } = await at.call(at.roles.referrer, 'GET', `/v1/referrals/${id}`);
    await at.act(at.roles.referrer, id, 'reroute', { offeringId: at.offering().id });
    await say({ token, birthYear, kind: 'not-helped' });
    const { items } = await heard();
    expect(items.find(({ referralId }) => referralId === id)?.taskId).toBe(body['taskId']);
  });

  it('is paged, newest first, and the look at it is in the journal', async () => {
    for (const kind of ['helped', 'not-helped']) await say({ token: await aSlip(await at.refer()), birthYear, kind });
    const first = await heard(at.roles.supervisor, '?limit=1');
    const second = await heard(at.roles.supervisor, `?limit=1&cursor=${first.next}`);
    expect([first.items[0]?.kind, second.items[0]?.kind]).toEqual(['not-helped', 'helped']);
    const { rows } = await at.pool.query<{ detail: { subjects: string[] } }>(
      "select detail from entry where type = 'feedback-list.observed.v1' order by time desc, id desc limit 1",
    );
    expect(rows[0]?.detail.subjects).toEqual([second.items[0]?.id]);
    const impossible = ['0000-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'].map((at) =>
      encodeCursor([at, randomUUID()]),
    );
    for (const cursor of ['none', ...impossible])
      expect((await at.call(at.roles.supervisor, 'GET', `/v1/feedback?cursor=${cursor}`)).status, cursor).toBe(422);
  });

  it('reaches nobody of whom it is said: not in a view, a list or a trail, and no event says more than that it is there', async () => {
    const { facility, referrer, supervisor } = at.roles;
    const id = await at.refer();
    await say({ token: await aSlip(id), birthYear, kind: 'did-not-go', barrier: 'provider-gender' });
    const { items } = await heard();
    const feedback = items.find(({ referralId }) => referralId === id);
    for (const as of [facility, referrer]) {
      const seen = await Promise.all(
        [`/v1/referrals/${id}`, `/v1/referrals/${id}/trail`, '/v1/referrals?limit=200'].map((url) =>
          at.call(as, 'GET', url),
        ),
      );
      expect(seen.map(({ status }) => status)).toEqual([200, 200, 200]);
      const text = JSON.stringify(seen.map(({ body }) => body));
      for (const said of [feedback?.id ?? '?', 'did-not-go', 'provider-gender', 'feedback.given'])
        expect(text, as.role).not.toContain(said);
      expect((await at.call(as, 'GET', '/v1/feedback')).status).toBe(403);
    }
    expect(JSON.stringify((await at.call(supervisor, 'GET', `/v1/referrals/${id}`)).body)).not.toContain('did-not-go');
    const { rows } = await at.pool.query('select data, audience, actor from entry where subject = $1', [feedback?.id]);
    expect(rows).toMatchObject([
      { data: { feedbackId: feedback?.id }, audience: null, actor: { organisationId: null } },
    ]);
  });

  it('has a reason only where they did not go', async () => {
    const { body } = await say({ token: newSlipToken(), birthYear, kind: 'helped', barrier: 'cost' });
    expect(body).toMatchObject({ type: '/problems/invalid-field', errors: [{ pointer: '#/barrier' }] });
  });
});
