import { randomUUID } from 'node:crypto';
import type { TokenRequest } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newSlipToken } from '../src/slip/token.ts';
import { anAddress, ask, printed } from './a-slip.ts';
import { type ReferralService, referralService } from './referral-service.ts';

let clock = new Date('2026-11-24T06:00:00.000Z');
let at: ReferralService;
beforeAll(async () => {
  at = await referralService({ now: () => clock });
});
afterAll(() => at.stop());

const birthYear = 1994;
const aSlip = async () => (await printed(at, await at.refer())).token;
/** Asks as soon as one may. */
const askPatiently = async (holder: object, from?: string) => {
  for (let waitedS = 0; ;) {
    const answer = await ask(at, holder, from === undefined ? {} : { from });
    if (answer.status !== 429) return { ...answer, waitedS };
    const seconds = Number(answer.headers['retry-after']);
    expect(seconds).toBeGreaterThan(0);
    waitedS += seconds;
    clock = new Date(clock.getTime() + seconds * 1000);
  }
};

describe('ten wrong guesses', () => {
  it('do not lock a slip’s owner out: they wait for minutes, from the same address or another', async () => {
    for (const from of [anAddress(), undefined]) {
      const token = await aSlip();
      for (let year = 1980; year < 1990; year += 1)
        expect((await askPatiently({ token, birthYear: year }, from)).body['code']).toBe('ask');
      const { body, waitedS } = await askPatiently({ token, birthYear }, from);
      expect(body['code']).toBe('waiting');
      expect(waitedS).toBeGreaterThan(0);
      expect(waitedS).toBeLessThanOrEqual(10 * 60);
    }
  });

  it('slow down a code that is known and one that is not alike, and whether the last would have been right or not', async () => {
    const waits = async (token: string, lastYear: number) => {
      for (let year = 1980; year < 1985; year += 1)
        expect((await ask(at, { token, birthYear: year })).status).toBe(200);
      const { status, headers } = await ask(at, { token, birthYear: lastYear });
      return [status, headers['retry-after']];
    };
    const known = await waits(await aSlip(), birthYear);
    expect(known).toEqual([429, '10']);
    expect(await waits(await aSlip(), 1985)).toEqual(known);
    expect(await waits(newSlipToken(), birthYear)).toEqual(known);
  });

  it('leave an owner who asks without end alone, as long as nobody has to do anything about it', async () => {
    const token = await aSlip();
    for (let time = 0; time < 20; time += 1) expect((await ask(at, { token, birthYear })).body['code']).toBe('waiting');
  });

  it('are counted where the answer is `ask` whether they are right or not', async () => {
    const id = await at.refer();
    const { token } = await printed(at, id);
    await at.act(at.roles.referrer, id, 'decline');
    const statuses = async (year: number) => {
      const asked = Array.from({ length: 6 }, async () => (await ask(at, { token, birthYear: year })).status);
      return (await Promise.all(asked)).toSorted((one, other) => one - other); // which of them comes last is not said
    };
    const right = await statuses(birthYear);
    clock = new Date(clock.getTime() + 25 * 3_600_000);
    expect(await statuses(1950)).toEqual(right);
    expect(right).toEqual([200, 200, 200, 200, 200, 429]);
  });

  it('of slips that somebody invents wash away the count of none that there is', async () => {
    const token = await aSlip();
    for (let year = 1980; year < 1985; year += 1) expect((await ask(at, { token, birthYear: year })).status).toBe(200);
    for (let round = 0; round < 21; round += 1)
      await Promise.all(Array.from({ length: 500 }, () => ask(at, { token: newSlipToken(), birthYear })));
    expect((await ask(at, { token, birthYear: 1990 })).status).toBe(429);
  });
});

describe('a person who cannot say it by their slip', () => {
  it('tells a supervisor’s office of either side by the number on it, which is heard as if they had', async () => {
    const { supervisor, facility } = at.roles;
    const id = await at.refer();
    const number = String((await at.call(at.roles.referrer, 'GET', `/v1/referrals/${id}`)).body['number']);
    const its = { ...supervisor, organisationId: facility.organisationId, clientId: 'its-supervisor' };
    const report = (as: TokenRequest, body: object) => at.call(as, 'POST', '/v1/feedback', body);
    const said = { number: ` ${number.toLowerCase()} `, kind: 'not-helped' };
    const first = await report(its, said);
    expect(first).toMatchObject({ status: 201, body: { referralId: id, kind: 'not-helped' } });
    expect(await report(supervisor, said)).toMatchObject({ status: 201, body: first.body }); // once
    const { body } = await at.call(supervisor, 'GET', '/v1/feedback');
    expect(body['items']).toMatchObject([{ referralId: id, kind: 'not-helped' }]);
  });

  it('is not a way to find out which numbers there are', async () => {
    const { supervisor } = at.roles;
    const id = await at.refer();
    const number = String((await at.call(at.roles.referrer, 'GET', `/v1/referrals/${id}`)).body['number']);
    const stranger = { ...supervisor, organisationId: randomUUID(), clientId: 'other-supervisor' };
    const report = async (known: string) => {
      const { status, body } = await at.call(stranger, 'POST', '/v1/feedback', { number: known, kind: 'helped' });
      const { instance: _ofEachRequest, ...rest } = body;
      return [status, rest];
    };
    const answer = await report(number);
    expect(answer[0]).toBe(404);
    expect(await report('RH-00000-00000-0')).toEqual(answer);
  });
});
