import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BatchAnswer, type BatchedReferral } from '@rohnamo/contracts';
import { aClientMadeId, eventually, type TokenRequest } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReferralService, referralService } from './referral-service.ts';

let at: ReferralService;
let offeringId: string;
beforeAll(async () => {
  at = await referralService();
  offeringId = at.offering().id;
});
afterAll(() => at.stop());

const ndjson = { 'content-type': 'application/x-ndjson' };
const aLine = (other: Partial<BatchedReferral> = {}) => at.aNewReferral({ offeringId, ...other });
const bodyOf = (lines: readonly (object | string)[]) =>
  lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
const answersIn = (text: string): BatchAnswer[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => BatchAnswer.parse(JSON.parse(line)));

async function send(
  lines: readonly (object | string)[] | string,
  { as = at.roles.referrer, key, query = '' }: { as?: TokenRequest; key?: string; query?: string } = {},
) {
  const response = await at.app.inject({
    method: 'POST',
    url: `/v1/referral-batches${query}`,
    headers: {
      ...(await at.issuer.authorization(as)),
      ...ndjson,
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    payload: typeof lines === 'string' ? lines : bodyOf(lines),
  });
  return { status: response.statusCode, type: response.headers['content-type'], text: response.body };
}
const answersTo = async (...sent: Parameters<typeof send>) => answersIn((await send(...sent)).text);
const outcomes = (answers: readonly BatchAnswer[]) =>
  answers.map((answer) => ('problem' in answer ? answer.problem.type : answer.status));
const idsOf = (answers: readonly BatchAnswer[]) => answers.map((answer) => ('id' in answer ? answer.id : null));
const countOf = async (what: string) => {
  const { rows } = await at.pool.query<{ count: number }>(`select count(*)::int from ${what}`);
  return rows[0]!.count;
};

describe('a planning session of 200', () => {
  it('is answered line by line, each for itself and in order, the faulty ones among them', async () => {
    const twice = aLine();
    const faults: Record<number, [object | string, unknown]> = {
      3: ['{"beneficiaryId":', '/problems/malformed-request'],
      17: [{ ...aLine(), consentId: undefined }, '/problems/invalid-field'],
      40: [aLine(at.person({ categories: ['identity'] })), '/problems/consent-insufficient'],
      41: [aLine({ ...at.person(), consentId: randomUUID() }), '/problems/consent-missing'],
      99: [aLine(at.person({ organisationId: randomUUID() })), '/problems/unknown-beneficiary'],
      100: [
        aLine({ ...at.person({ categories: ['identity', 'sexual-violence'] }), needCategory: 'sexual-violence' }),
        '/problems/never-in-bulk',
      ],
      101: [
        aLine({ ...at.person({ categories: ['identity', 'trafficking'] }), needCategory: 'trafficking' }),
        '/problems/never-in-bulk',
      ],
      150: [aLine({ offeringId: randomUUID() }), '/problems/offering-unavailable'],
      180: [aLine({ onwardOf: randomUUID() }), '/problems/invalid-field'],
      200: [twice, '/problems/duplicate-referral'],
    };
    const lines = Array.from(
      { length: 200 },
      (_, index) => faults[index + 1]?.[0] ?? aLine({ line: `row ${index + 1}` }),
    );
    lines[9] = twice;
    const { status, type, text } = await send(lines);
    expect([status, type]).toEqual([200, 'application/x-ndjson']);
    const answers = answersIn(text);
    expect(answers.map(({ line }) => line)).toEqual(
      lines.map((line, index) => (typeof line !== 'string' && 'line' in line ? line.line : index + 1)),
    );
    const wanted = lines.map((_, index) => faults[index + 1]?.[1] ?? 201);
    // Of the two that are one, either may be first.
    const found = outcomes(answers);
    expect(new Set([found[9], found[199]])).toEqual(new Set([201, '/problems/duplicate-referral']));
    expect(found.with(9, 201).with(199, '/problems/duplicate-referral')).toEqual(wanted);
    expect(answers[16]).toMatchObject({ status: 422, problem: { errors: [{ pointer: '#/consentId' }] } });
    expect(text).not.toMatch(/instance|beneficiaryId":"/);

    const made = answers.flatMap((answer) => ('id' in answer ? [answer] : []));
    expect(made).toHaveLength(190);
    expect(new Set(made.map(({ number }) => number)).size).toBe(190);
    const [one] = made;
    expect((await at.call(at.roles.facility, 'GET', `/v1/referrals/${one!.id}`)).body).toMatchObject({
      number: one!.number,
      state: 'sent',
    });
  });

  it('is written by fewer commits than it has lines', async () => {
    const transactions = async () => {
      const { rows } = await at.pool.query<{ count: string }>(
        "select count(distinct xmin::text) from entry where type = 'referral.sent.v1'",
      );
      return Number(rows[0]!.count);
    };
    const lines = Array.from({ length: 128 }, () => aLine());
    const before = await transactions();
    expect(outcomes(await answersTo(lines))).toEqual(lines.map(() => 201));
    expect((await transactions()) - before).toBeLessThan(lines.length / 2);
  });

  it('can name itself once for all its lines', async () => {
    const [answer] = await answersTo([aLine()], { query: '?planningSession=khatlon-7' });
    const { body } = await at.call(at.roles.referrer, 'GET', `/v1/referrals/${idsOf([answer!])[0]}`);
    expect(body).toMatchObject({ details: { planningSession: { reference: 'khatlon-7' } } });
  });
});

describe('a batch that is sent again', () => {
  it('under its key makes nothing twice: what was done answers the same id, what was mended is done now', async () => {
    const key = randomUUID();
    const lines = [aLine(), aLine(), { ...aLine(), consentId: undefined }, aLine()];
    const first = await answersTo(lines, { key });
    const before = await countOf('referral');
    const [id = ''] = idsOf(first);
    await at.act(at.roles.facility, String(id), 'acknowledge');
    const again = await answersTo(lines.with(2, aLine()), { key });
    expect(outcomes(first)).toEqual([201, 201, '/problems/invalid-field', 201]);
    expect(outcomes(again)).toEqual([201, 201, 201, 201]);
    expect(idsOf(again).toSpliced(2, 1)).toEqual(idsOf(first).toSpliced(2, 1));
    expect(again[0]).toMatchObject({ state: 'acknowledged' });
    expect(await countOf('referral')).toBe(before + 1);
  });

  it('with another referral on a line that was done is told so, on that line', async () => {
    const key = randomUUID();
    const lines = [aLine(), aLine()];
    await answersTo(lines, { key });
    expect(outcomes(await answersTo(lines.with(1, aLine()), { key }))).toEqual([
      201,
      '/problems/idempotency-key-reused',
    ]);
  });

  it('is known by ids of the client’s own where it has no key', async () => {
    const lines = [aLine({ id: aClientMadeId() }), aLine({ id: aClientMadeId() })];
    const [first, again] = [await answersTo(lines), await answersTo(lines)];
    expect(idsOf(first)).toEqual(lines.map(({ id }) => id));
    expect(again).toEqual(first);
    expect(outcomes(await answersTo([aLine({ id: lines[0]!.id! })]))).toEqual(['/problems/idempotency-key-reused']);
  });

  it('after the connection broke goes on where it was: nothing is made twice, nothing is left out', async () => {
    if (!at.app.server.listening) await at.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = at.app.server.address() as AddressInfo; // it listens on a port
    const key = randomUUID();
    const lines = Array.from({ length: 90 }, () => aLine());
    const before = await countOf('referral');
    const cut = Buffer.from(bodyOf(lines.slice(0, 40))).subarray(0, -20); // in the middle of line 40
    const broken = request({
      port,
      host: '127.0.0.1',
      method: 'POST',
      path: '/v1/referral-batches',
      headers: { ...(await at.issuer.authorization(at.roles.referrer)), ...ndjson, 'idempotency-key': key },
    });
    broken.on('error', () => undefined);
    broken.write(cut);
    await eventually(async () => (await countOf('referral')) > before);
    broken.destroy();
    await eventually(async () => (await countOf('referral')) === before + 39);

    const answers = await answersTo(lines, { key });
    expect(outcomes(answers)).toEqual(lines.map(() => 201));
    expect(new Set(idsOf(answers)).size).toBe(90);
    expect(await countOf('referral')).toBe(before + 90);
    expect(await answersTo(lines, { key })).toEqual(answers);
  });
});

describe('over a connection', () => {
  it('each line is answered as it is done, while others are still to be sent', async () => {
    if (!at.app.server.listening) await at.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = at.app.server.address() as AddressInfo; // it listens on a port
    const sending = request({
      port,
      host: '127.0.0.1',
      method: 'POST',
      path: '/v1/referral-batches',
      headers: { ...(await at.issuer.authorization(at.roles.referrer)), ...ndjson },
    });
    let text = '';
    sending.on('response', (response) => response.setEncoding('utf8').on('data', (part: string) => (text += part)));
    for (const count of [1, 2, 3]) {
      sending.write(bodyOf([aLine()]));
      await eventually(() => answersIn(text).length === count);
    }
    sending.end(JSON.stringify(aLine())); // the last needs no line end
    await eventually(() => answersIn(text).length === 4);
    expect(outcomes(answersIn(text))).toEqual([201, 201, 201, 201]);
  });

  it('a batch that is too large is answered up to there, though all of it was sent before anything was read', async () => {
    const small = await referralService({ batch: { linesMax: 5 } });
    try {
      const url = await small.app.listen({ port: 0, host: '127.0.0.1' });
      const answer = await fetch(`${url}/v1/referral-batches`, {
        method: 'POST',
        headers: { ...(await small.issuer.authorization(small.roles.referrer)), ...ndjson },
        body: '{}\n'.repeat(500_000),
      });
      const answers = answersIn(await answer.text());
      expect(answers.map(({ status }) => status)).toEqual([422, 422, 422, 422, 422, 413]);
      expect(answers.at(-1)).toMatchObject({ line: 6, problem: { type: '/problems/payload-too-large' } });
    } finally {
      await small.stop();
    }
  });
});

describe('as a whole', () => {
  it('is refused what is no NDJSON, what is no key, and whoever may not refer', async () => {
    const asked = async (headers: Record<string, string>, as: TokenRequest) => {
      const { statusCode } = await at.app.inject({
        method: 'POST',
        url: '/v1/referral-batches',
        headers: { ...(await at.issuer.authorization(as)), ...headers },
        payload: bodyOf([aLine()]),
      });
      return statusCode;
    };
    const { referrer, auditor } = at.roles;
    expect(await asked({ 'content-type': 'application/json' }, referrer)).toBe(415);
    expect(await asked({ 'content-type': 'application/x-ndjson; charset=windows-1251' }, referrer)).toBe(415);
    expect(await asked({ ...ndjson, 'idempotency-key': 'with space' }, referrer)).toBe(422);
    expect(await asked({ ...ndjson, 'content-length': String(17 * 1024 ** 2) }, referrer)).toBe(413);
    expect(await asked(ndjson, auditor)).toBe(403);
  });

  it('of nothing is answered by nothing', async () => {
    expect(await send('\n\n')).toMatchObject({ status: 200, text: '' });
  });

  it('leaves lines to be sent again where a source that must be asked is down', async () => {
    const [key, lines] = [randomUUID(), [aLine(), aLine()]];
    at.goDown(true);
    expect(outcomes(await answersTo(lines, { key }))).toEqual(lines.map(() => '/problems/dependency-unavailable'));
    at.goDown(false);
    expect(outcomes(await answersTo(lines, { key }))).toEqual([201, 201]);
  });
});
