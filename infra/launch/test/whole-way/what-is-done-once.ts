import { randomUUID } from 'node:crypto';
import { Beneficiary, IntakeBatch, IntakeRowError, Referral } from '@rohnamo/contracts';
import { aReferral, eventually } from '@rohnamo/testkit';
import { describe, expect, it } from 'vitest';
import { pageOf } from './api.ts';
import type { Handoff } from './handoff.ts';

export function describeWhatIsDoneOnce(handoff: () => Handoff): void {
  describe('the same Idempotency-Key', () => {
    it('makes one referral of a request that is sent five times at once, and is refused for another request', async () => {
      const { stack, as, offeringId, registerPerson, consentOf } = handoff();
      const officer = as('migration-service');
      const url = `${stack.services.referral}/v1/referrals`;
      const beneficiaryId = await registerPerson();
      const consentId = await consentOf(beneficiaryId);
      const reference = randomUUID();
      const body = aReferral({ beneficiaryId, consentId, offeringId }, { reference });
      const headers = { 'idempotency-key': `once-${reference}` };

      const answers = await Promise.all(
        Array.from({ length: 5 }, () => officer.send(url, { method: 'POST', body, headers })),
      );
      const made = answers.map((answer) => [answer.status, Referral.parse(answer.body).id]);
      expect(new Set(made.map(String)).size).toBe(1);
      expect(made[0]?.[0]).toBe(201);
      expect((await officer.get(`${url}?reference=${reference}`, pageOf(Referral))).items).toHaveLength(1);

      const other = await officer.send(url, { method: 'POST', body: { ...body, priority: 'urgent' }, headers });
      expect(other).toMatchObject({ status: 422, body: { type: '/problems/idempotency-key-reused' } });
    });
  });

  describe('a file of returnees', () => {
    const people = ['a', 'b', 'c'].map((name) => `${name},Фирӯза,Назарова,1994-03-21,+992000000001`);
    const strangeRows = ['d,Фирӯза,Назарова,31.31.1994,+992000000001', 'e,,Назарова,1994,not-a-number'];
    const file = ['external_id,given_name,family_name,birth_date,phone', ...people, ...strangeRows, ''].join('\n');

    it('pushed again changes nothing; each bad row is reported with field and remedy, and never with its value', async () => {
      const { stack, as } = handoff();
      const officer = as('migration-service');
      const { registry } = stack.services;
      const sourceSystem = `test-${randomUUID()}`;
      const versionOf = async (externalId: string) =>
        (await officer.post(`${registry}/v1/beneficiaries/lookup`, { sourceSystem, externalId }, Beneficiary)).version;

      const first = await push(handoff(), sourceSystem, file);
      expect(first.rows).toEqual({
        received: 5,
        read: 5,
        registered: 3,
        updated: 0,
        unchanged: 0,
        refused: 2,
        held: 0,
        warned: 0,
      });
      expect(await versionOf('a')).toBe(1);
      const { items } = await officer.get(`${registry}/v1/intake-batches/${first.id}/errors`, pageOf(IntakeRowError));
      expect(items.map(({ row, externalId, field }) => [row, externalId, field])).toEqual([
        [5, 'd', 'birth_date'],
        [6, 'e', 'given_name'],
        [6, 'e', 'phone'],
      ]);
      for (const { problem, remedy } of items) {
        expect(problem).not.toBe('');
        expect(remedy).not.toBe('');
      }
      expect(JSON.stringify(items)).not.toMatch(/31\.31|not-a-number|Назарова/);

      const second = await push(handoff(), sourceSystem, file);
      expect(second.id).not.toBe(first.id);
      expect(second.rows).toEqual({
        received: 5,
        read: 5,
        registered: 0,
        updated: 0,
        unchanged: 3,
        refused: 2,
        held: 0,
        warned: 0,
      });
      expect(await versionOf('a')).toBe(1);
    });
  });
}

/** Pushes a file and waits until it has been worked off. */
async function push({ stack, as }: Handoff, sourceSystem: string, file: string): Promise<IntakeBatch> {
  const officer = as('migration-service');
  const url = `${stack.services.registry}/v1/intake-batches`;
  const headers = { 'content-type': 'text/csv' };
  const answer = await officer.send(`${url}?sourceSystem=${sourceSystem}&confirmNewSource=true`, {
    method: 'POST',
    body: file,
    headers,
  });
  expect(answer.status).toBe(202);
  const location = answer.headers.get('location') ?? '';
  return eventually(async () => {
    const batch = await officer.get(`${stack.services.registry}${location}`, IntakeBatch);
    return batch.state === 'completed' && batch;
  });
}
