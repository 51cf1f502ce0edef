import { randomUUID } from 'node:crypto';
import type { OrganisationKind } from '@rohnamo/contracts';
import type { TokenRequest } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handOverCommand } from '../src/hand-over/command.ts';
import { type ReferralService, referralService } from './referral-service.ts';

let at: ReferralService;
beforeAll(async () => {
  at = await referralService();
});
afterAll(() => at.stop());

const read = (as: TokenRequest, id: string) => at.call(as, 'GET', `/v1/referrals/${id}`);
/** Another office, and whoever supervises it. */
function office(kind: OrganisationKind = 'migration-service') {
  const organisationId = randomUUID();
  at.organisations.set(organisationId, { id: organisationId, version: 1, kind, name: 'Another office (sample)' });
  const clerk: TokenRequest = { role: 'migration-service', organisationId, clientId: `clerk-${organisationId}` };
  const its: TokenRequest = { role: 'supervisor', organisationId, clientId: `supervisor-${organisationId}` };
  return { organisationId, clerk, its };
}
/** A case, an office, and the person's consent to that. */
async function aCase(other: Parameters<ReferralService['refer']>[0] = {}) {
  const person = at.person({ categories: ['identity', 'contact', 'health', 'hiv'] });
  const id = await at.refer({ ...person, ...other });
  const to = office();
  const consentId = at.consentTo(person.beneficiaryId, to.organisationId);
  const propose = (body: object = {}, as = at.roles.supervisor) =>
    at.act(as, id, 'propose_transfer', { organisationId: to.organisationId, consentId, ...body });
  return { id, person, consentId, propose, ...to };
}
const eventsOf = async (id: string) => {
  const { rows } = await at.pool.query<{ type: string; other: string | null }>(
    `select type, data->>'otherOrganisationId' as other from entry where subject = $1 and version > 1 order by version`,
    [id],
  );
  return rows;
};

describe('a case', () => {
  it('goes to another organisation by a supervisor’s question and its own yes, and the registry has who gained access', async () => {
    const { id, person, consentId, organisationId, propose, clerk, its } = await aCase();
    expect((await read(clerk, id)).status).toBe(404);
    expect((await propose()).body).toMatchObject({ view: 'supervisor', state: 'sent' });
    expect((await read(at.roles.referrer, id)).body).toMatchObject({ view: 'referrer' });
    const { body: asked } = await read(clerk, id);
    expect(asked).toMatchObject({ view: 'proposal', allowedActions: ['accept_transfer', 'decline_transfer'] });
    for (const hidden of ['details', 'deskId', 'needMet', 'result']) expect(asked).not.toHaveProperty(hidden);
    expect(JSON.stringify(asked)).not.toContain(person.beneficiaryId);
    for (const path of ['/trail', '/messages', '/beneficiary'])
      expect((await at.call(clerk, 'GET', `/v1/referrals/${id}${path}`)).status).toBeGreaterThanOrEqual(403);
    const before = at.disclosures.length;
    const taken = await at.act(its, id, 'accept_transfer');
    expect(taken.body).toMatchObject({ view: 'supervisor', referrerOrganisationId: organisationId });
    expect(at.disclosures.slice(before)).toMatchObject([
      { beneficiaryId: person.beneficiaryId, consentId, referralId: id, recipientOrganisationId: organisationId },
    ]);
    expect((await read(clerk, id)).body).toMatchObject({ view: 'referrer' });
    expect((await read(at.roles.referrer, id)).status).toBe(404);
    expect(await eventsOf(id)).toEqual([
      { type: 'referral.transfer-proposed.v1', other: organisationId },
      { type: 'referral.transferred.v1', other: null }, // `previous` names who referred before
    ]);
  });

  it('stays where it is while the other side has not said yes, and once it has said no', async () => {
    const { id, organisationId, propose, clerk } = await aCase();
    await propose();
    expect((await at.act(clerk, id, 'decline_transfer')).status).toBe(200);
    expect((await read(clerk, id)).status).toBe(404);
    expect((await at.act(clerk, id, 'accept_transfer')).status).toBe(404);
    expect((await read(at.roles.referrer, id)).body).toMatchObject({ view: 'referrer' });
    expect((await eventsOf(id)).at(-1)).toEqual({ type: 'referral.transfer-declined.v1', other: organisationId });
    await propose();
    expect((await at.act(at.roles.supervisor, id, 'decline_transfer')).status).toBe(200); // taken back
    expect((await read(clerk, id)).status).toBe(404);
  });

  it('is proposed by the referrer’s supervisor alone, under a consent of the person to that organisation', async () => {
    const { id, person, propose } = await aCase();
    const its = { ...at.roles.supervisor, organisationId: at.roles.facility.organisationId };
    expect((await propose({}, its)).status).toBe(409);
    expect((await propose({}, at.roles.referrer)).status).toBe(403);
    const typeOf = async (body: object) => {
      const answer = await propose(body);
      return [answer.status, answer.body['type']];
    };
    expect(await typeOf({ consentId: randomUUID() })).toEqual([422, '/problems/consent-missing']);
    expect(await typeOf({ organisationId: randomUUID() })).toEqual([422, '/problems/invalid-field']);
    expect(await typeOf({ organisationId: office().organisationId })).toEqual([422, '/problems/consent-insufficient']);
    expect(await typeOf({ organisationId: at.roles.facility.organisationId })).toEqual([
      422,
      '/problems/invalid-field',
    ]);
    const stranger = at.person();
    expect(await typeOf({ consentId: stranger.consentId })).toEqual([422, '/problems/consent-missing']);
    expect((await read(at.roles.referrer, id)).body).toMatchObject({ version: 1 });
    expect(person.beneficiaryId).not.toBe(stranger.beneficiaryId);
  });

  it('of a sensitive need goes nowhere, and is refused like a consent that does not cover it', async () => {
    const { propose } = await aCase({ needCategory: 'hiv', offeringId: at.offering({ deskId: randomUUID() }).id });
    const refused = await propose();
    const other = await (await aCase()).propose({ organisationId: office().organisationId });
    const said = ({ status, body: { instance: _ofEachRequest, ...rest } }: typeof refused) => [status, rest];
    expect(said(refused)).toEqual(said(other));
  });

  it('goes nowhere after a withdrawal, of either consent, also where it was asked before', async () => {
    const stopped = await aCase();
    await stopped.propose();
    await at.pool.query('update referral set sharing_stopped = true where id = $1', [stopped.id]);
    expect((await at.act(stopped.clerk, stopped.id, 'accept_transfer')).status).toBe(404);
    const withdrawn = await aCase();
    await withdrawn.propose();
    const known = at.grounds.get(withdrawn.person.beneficiaryId)!;
    at.grounds.set(withdrawn.person.beneficiaryId, {
      ...known,
      consent: { ...known.consent, version: 2, state: 'withdrawn' },
    });
    const answer = await at.act(withdrawn.clerk, withdrawn.id, 'accept_transfer');
    expect([answer.status, answer.body['type']]).toEqual([422, '/problems/consent-missing']);
    expect((await read(at.roles.referrer, withdrawn.id)).body).toMatchObject({ view: 'referrer' });
  });

  it('stays where it is while the registry cannot be asked', async () => {
    const { id, propose, clerk } = await aCase();
    await propose();
    at.goDown(true);
    expect((await at.act(clerk, id, 'accept_transfer')).status).toBe(503);
    at.goDown(false);
    expect((await at.act(clerk, id, 'accept_transfer')).status).toBe(200);
  });
});

describe('hand-over, where an office is closed for good', () => {
  const run = async (...args: string[]) => {
    const said: string[] = [];
    const io = {
      env: {
        DATABASE_URL: at.database.appUrl,
        REGISTRY_URL: 'http://registry.test',
        OIDC_ISSUERS: 'http://identity.test',
        SERVICE_CLIENT_ID: 'referral',
        SERVICE_CLIENT_SECRET: randomUUID(),
      },
      out: (text: string) => void said.push(text),
      say: (text: string) => void said.push(text),
    };
    return { code: await handOverCommand(args, io, () => at.registry), said: said.join('') };
  };

  it.each([
    [['--from', 'x'], '--from must be a valid UUID\n--to is required\n--to-kind is required\n--reason is required'],
    [['--form', 'x'], 'there is no option --form: --help lists them'],
    [['stray'], 'loose words are not understood'],
  ])('called with %j says which option is wrong, and how it is called', async (args, words) => {
    const { code, said } = await run(...args);
    expect(code).toBe(2);
    expect(said.startsWith(words), said).toBe(true);
    expect(said).toContain('\nUsage: ');
  });

  it('gives all its cases away with the reason in each trail, once, and leaves those whose sharing has stopped', async () => {
    const closed = at.roles.referrer;
    const ids = [await at.refer(), await at.refer({ draft: true })];
    await at.act(at.roles.facility, ids[0]!, 'accept');
    const stopped = await at.refer();
    await at.pool.query('update referral set sharing_stopped = true where id = $1', [stopped]);
    const { organisationId, clerk } = office();
    const to = ['--from', closed.organisationId, '--to', organisationId, '--to-kind', 'migration-service'];
    const why = ['--reason', 'office-closed', '--reference', 'ORD-2026/17'];
    const first = await run(...to, ...why);
    expect(first).toMatchObject({ code: 0, said: expect.stringMatching(/^cases: \d+ handed over, \d+ left/) });
    for (const id of ids) {
      expect((await read(clerk, id)).body).toMatchObject({ view: 'referrer' });
      expect((await read(closed, id)).status).toBe(404);
      const { rows } = await at.pool.query<{ detail: object }>(
        `select detail from entry where subject = $1 and type = 'referral.handed-over.v1'`,
        [id],
      );
      expect(rows).toMatchObject([{ detail: { reason: 'office-closed', reference: 'ORD-2026/17' } }]);
      expect(at.handOvers.filter(({ referralId }) => referralId === id)).toEqual([
        { beneficiaryId: expect.any(String), referralId: id, organisationId, reason: 'office-closed' },
      ]);
    }
    expect((await read(closed, stopped)).body).toMatchObject({ view: 'referrer' });
    expect((await run(...to, ...why)).said).toMatch(/^cases: 0 handed over/);
  });

  it('hands over nothing of which the registry cannot be told', async () => {
    const id = await at.refer();
    const to = ['--from', at.roles.referrer.organisationId, '--to', office().organisationId, '--to-kind', 'ngo'];
    at.goDown(true);
    expect(await run(...to, '--reason', 'mandate-ended')).toMatchObject({ code: 1 });
    at.goDown(false);
    expect((await read(at.roles.referrer, id)).body).toMatchObject({ version: 1, view: 'referrer' });
    expect(await run(...to, '--reason', 'mandate-ended')).toMatchObject({ code: 0 });
  });

  it('needs two organisations, a kind and a reason of the list, and a reference names nobody', async () => {
    const two = ['--from', randomUUID(), '--to', randomUUID(), '--to-kind', 'ngo'];
    for (const args of [
      [],
      ['--from', randomUUID()],
      ['--from', 'a', '--to', 'b', '--to-kind', 'ngo', '--reason', 'office-closed'],
      [...two, '--reason', 'Karimov has left'],
      ...['Karimov', 'KARIMOV', 'NAZAROVA-12', 'of 12', '+992901234567', '992901234567', '12 Karimov'].map(
        (reference) => [...two, '--reason', 'office-closed', '--reference', reference],
      ),
    ])
      expect(await run(...args)).toMatchObject({ code: 2, said: expect.stringContaining('Usage: ') });
  });
});
