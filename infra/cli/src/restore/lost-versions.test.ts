import { describe, expect, it } from 'vitest';
import { highestOf, lostSubjects } from './lost-versions.ts';

const event = (id: string) => ({ id, type: 'referral.sent.v1' as const, time: '2026-11-24T04:30:00.000Z' });

describe('what others have heard of', () => {
  it('is not lost where the restored subject has it', () => {
    expect(lostSubjects([{ topic: 'referral', id: 'a', version: 3 }], new Map([['referral a', 3]]))).toEqual([]);
  });

  it('raises a subject to the highest version, each of which is named once', () => {
    const heard = [5, 4, 4].map((version) => ({
      topic: 'referral' as const,
      id: 'a',
      version,
      event: event(`${version}`),
    }));
    const [subject, ...others] = lostSubjects(
      [{ topic: 'referral', id: 'a', version: 5 }, ...heard],
      new Map([['referral a', 3]]),
    );
    expect(others).toEqual([]);
    expect(subject).toMatchObject({
      outcome: 'raised',
      restoredVersion: 3,
      lost: [{ version: 4 }, { version: 5, event: event('5') }],
    });
    expect(highestOf(subject!)).toBe(5);
  });

  it('is gone where the restored database does not know the subject', () => {
    expect(lostSubjects([{ topic: 'referral', id: 'a', version: 1 }], new Map())).toMatchObject([
      { outcome: 'gone', lost: [{ event: null }] },
    ]);
  });
});
