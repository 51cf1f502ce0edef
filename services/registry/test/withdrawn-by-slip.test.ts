import { randomUUID } from 'node:crypto';
import type { BeneficiaryAccess, Consent } from '@rohnamo/contracts';
import { eventually } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { referralService, testRegistry, type TestRegistry } from './registry.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await testRegistry();
});
afterAll(() => registry.stop());

const withdrawal = async (withdrawnAt = new Date(Date.now() - 60_000)) => {
  const { id: beneficiaryId } = await registry.register();
  const { id: consentId } = await registry.consent(beneficiaryId);
  const said = {
    beneficiaryId,
    consentId,
    referralId: randomUUID(),
    slipId: randomUUID(),
    withdrawnAt: withdrawnAt.toISOString(),
  };
  return said;
};
const tell = (body: object) => registry.post('/v1/consent-withdrawals', { body, as: referralService });
const consentOf = async (id: string) => (await registry.get(`/v1/consents/${id}`)).body as Consent;
const withdrawalsOf = async (id: string) =>
  (
    await registry.pool.query<{ actor: object; detail: object; data: object; audience: string | null }>(
      "select actor, detail, data, audience from entry where subject = $1 and type = 'consent.withdrawn.v1'",
      [id],
    )
  ).rows;

describe('a withdrawal by a slip', () => {
  it('is of when the person said so, and names them as who did it, by ids alone', async () => {
    const said = await withdrawal();
    expect(await tell(said)).toMatchObject({ status: 200, body: { isWithdrawn: true } });
    expect(await consentOf(said.consentId)).toMatchObject({ state: 'withdrawn', withdrawnAt: said.withdrawnAt });
    const [entry, ...others] = await withdrawalsOf(said.consentId);
    expect(others).toEqual([]);
    expect(entry).toMatchObject({
      actor: { kind: 'client', clientId: null, organisationId: null, role: null, actingPerson: null },
      detail: { slipId: said.slipId, referralId: said.referralId, route: 'POST /v1/status/withdraw' },
      data: { consentId: said.consentId, state: 'withdrawn' },
    });
    expect(entry?.audience).not.toBe(null);
    const access = await eventually(async () => {
      const { body } = await registry.get(`/v1/beneficiaries/${said.beneficiaryId}/accesses`);
      return (body as { items: BeneficiaryAccess[] }).items.find(({ type }) => type === 'consent.withdrawn.v1');
    });
    expect(access).toMatchObject({
      outcome: 'changed',
      route: 'POST /v1/status/withdraw',
      consentId: said.consentId,
      organisationId: null,
      clientId: null,
      role: null,
    });
  });

  it('is kept once, however often it is told, and beside an office that withdraws at the same time', async () => {
    const said = await withdrawal();
    const answers = await Promise.all([
      tell(said),
      tell(said),
      registry.post(`/v1/consents/${said.consentId}/withdraw`),
      tell(said),
    ]);
    for (const { status, body } of [answers[0], answers[1], answers[3]])
      expect({ status, body }).toEqual({ status: 200, body: { isWithdrawn: true } });
    expect([200, 409]).toContain(answers[2].status);
    expect(await withdrawalsOf(said.consentId)).toHaveLength(1);
  });

  it('is of no consent of somebody else, and of none that there is not', async () => {
    const [mine, other] = [await withdrawal(), await withdrawal()];
    const wrong = [
      { ...mine, consentId: other.consentId },
      { ...mine, consentId: randomUUID() },
    ];
    for (const said of wrong) expect((await tell(said)).body).toEqual({ isWithdrawn: false });
    expect((await consentOf(other.consentId)).state).toBe('active');
  });

  it('is never of a time that is to come', async () => {
    const said = await withdrawal(new Date(Date.now() + 3600_000));
    await tell(said);
    const { withdrawnAt } = await consentOf(said.consentId);
    expect(Date.parse(withdrawnAt ?? '')).toBeLessThanOrEqual(Date.now());
  });
});
