import { needsNeverInBulk } from '@rohnamo/contracts';
import { aReferral } from '@rohnamo/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLine, type ReadLine } from './read-line.ts';

const id = '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d60';
const referral = aReferral({ beneficiaryId: id, consentId: id, offeringId: id });
const read = (content: object | string | Buffer | null, planningSession?: string): ReadLine => {
  const bytes =
    content === null || Buffer.isBuffer(content)
      ? content
      : Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
  return readLine({ number: 7, bytes }, { bytesMax: 64, planningSession });
};
const refusal = (content: Parameters<typeof read>[0]) => {
  const line = read(content);
  return 'refusal' in line ? { name: line.name, code: line.refusal.code, errors: line.refusal.errors } : line;
};

describe('a line', () => {
  it('is a referral, by the name that it gives itself or else by its number', () => {
    expect(read(referral)).toMatchObject({ name: 7, asked: { beneficiaryId: id, priority: 'routine', draft: false } });
    const named = read({ ...referral, line: 'row-12' });
    expect(named).toMatchObject({ name: 'row-12', asked: { beneficiaryId: id } });
    expect(named).not.toHaveProperty('asked.line');
    expect(read(`\uFEFF${JSON.stringify(referral)}\r`)).toHaveProperty('asked');
  });

  it('is of the planning session that is said for all, unless it says another', () => {
    expect(read(referral, 'session-1')).toHaveProperty('asked.planningSession', { reference: 'session-1' });
    const planningSession = { reference: 'session-2', goal: 'work' };
    expect(read({ ...referral, planningSession }, 'session-1')).toHaveProperty(
      'asked.planningSession',
      planningSession,
    );
  });

  it.each<[string, Parameters<typeof read>[0], string]>([
    ['too long', null, 'payload-too-large'],
    ['not UTF-8', Buffer.from([0x7b, 0xc3, 0x28, 0x7d]), 'malformed-request'],
    ['not JSON', '{"beneficiaryId":', 'malformed-request'],
    ['with a field twice', '{"beneficiaryId":"a","beneficiaryId":"b"}', 'malformed-request'],
    ['nested without end', '['.repeat(10_000), 'malformed-request'],
    ['no object', '[]', 'invalid-field'],
    ['nothing', 'null', 'invalid-field'],
    ['without a consent', { ...referral, consentId: undefined }, 'invalid-field'],
    ['with what no database stores', { ...referral, reason: 'a\u0000b' }, 'invalid-field'],
    ['with a field that is not known', { ...referral, risk: 'high' }, 'invalid-field'],
    ['with a name that is none', { ...referral, line: 12 }, 'invalid-field'],
  ])('that is %s is refused', (_what, content, code) => {
    expect(refusal(content)).toMatchObject({ name: 7, code });
  });

  it('is refused by its own name, and by the pointer of what is wrong, without what was sent', () => {
    const line = refusal({ ...referral, line: 'row-12', needCategory: 'Назарова' });
    expect(line).toMatchObject({ name: 'row-12', errors: [{ pointer: '#/needCategory' }] });
    expect(JSON.stringify(line)).not.toContain('Назарова');
  });

  it.each(needsNeverInBulk)('of %s is never taken in bulk', (needCategory) => {
    expect(refusal({ ...referral, needCategory })).toMatchObject({ name: 7, code: 'never-in-bulk' });
  });

  it('is read or refused, whatever it is', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => void read(Buffer.from(bytes))));
    fc.assert(fc.property(fc.json(), (json) => void read(json)));
  });
});
