import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, loadConfig } from '@rohnamo/service-kit';
import { describe, expect, it } from 'vitest';
import { referralConfig } from '../config.ts';
import { tajikistan } from './calendar.ts';
import { limitsOf } from './configured-limits.ts';
import { defaultTimeLimits } from './time-limits.ts';

const clockConfig = referralConfig.pick({ TIME_LIMITS: true, ROUTINE_EXPIRY_HOURS: true, HOLIDAYS: true });
const limitsFrom = (env: Record<string, string>) => limitsOf(loadConfig(clockConfig, env));
const complaintOf = (table: string): string => {
  try {
    limitsFrom({ TIME_LIMITS: table });
    return '';
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
};

describe('the configured time limits', () => {
  it('are the default ones where nothing is said', () => {
    expect(limitsFrom({})).toEqual(defaultTimeLimits(tajikistan));
  });

  it('are changed one by one, and the rest stays', () => {
    const { byPriority, autoCloseAfter } = limitsFrom({
      TIME_LIMITS: JSON.stringify({
        urgent: {
          acknowledgeWithin: { hours: 4 },
          onSilence: [{ action: 'escalate', atPercent: 90 }],
          callAfter: null,
        },
        routine: { decideWithin: { workingDays: 2.5 } },
        autoCloseAfter: { hours: 240 },
      }),
    });
    const { byPriority: before } = defaultTimeLimits(tajikistan);
    expect(byPriority).toEqual({
      emergency: before.emergency,
      urgent: {
        ...before.urgent,
        acknowledgeWithin: { hours: 4 },
        onSilence: [{ action: 'escalate', atPercent: 90 }],
        callAfter: null,
      },
      routine: { ...before.routine, decideWithin: { workingDays: 2.5 } },
    });
    expect(autoCloseAfter).toEqual({ hours: 240 });
  });

  it('may stand in a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'time-limits-'));
    try {
      const path = join(folder, 'limits.json');
      await writeFile(path, '{ "confirmCancelWithin": { "hours": 12 } }');
      expect(limitsFrom({ TIME_LIMITS: path }).confirmCancelWithin).toEqual({ hours: 12 });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('have the form that is documented', async () => {
    const page = await readFile(new URL('../../../../docs/time-limits.md', import.meta.url), 'utf8');
    const [, table = ''] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
    expect(limitsFrom({ TIME_LIMITS: table }).byPriority.emergency.acknowledgeWithin).toEqual({ hours: 0.5 });
  });

  it('expire what is routine by the hours that are said beside the table, where they are', () => {
    const TIME_LIMITS = '{ "routine": { "expireAfter": { "hours": 480 } } }';
    expect(limitsFrom({ TIME_LIMITS }).byPriority.routine.expireAfter).toEqual({ hours: 480 });
    const { routine } = limitsFrom({ TIME_LIMITS, ROUTINE_EXPIRY_HOURS: '0.5' }).byPriority;
    expect(routine.expireAfter).toEqual({ hours: 0.5 });
  });

  it('know the feasts that were announced', () => {
    expect(limitsFrom({ HOLIDAYS: '2026-03-20,2026-05-27' }).calendar.datedHolidays).toEqual([
      '2026-03-20',
      '2026-05-27',
    ]);
  });

  it.each(['2026-02-30', '2026-13-01', '2026-3-20', '2026-03-20;2026-05-27', '2026-03-20,'])(
    'know no feast on %s',
    (HOLIDAYS) => {
      expect(() => limitsFrom({ HOLIDAYS })).toThrow(
        /HOLIDAYS is not valid .*it must (be dates, such as|have something before and after)/,
      );
    },
  );

  it.each([
    ['/no/such/file.json', 'must be JSON, or the path of a file that can be read'],
    ['{ "routine": ', 'must hold valid JSON'],
    ['{ "routine": { "decideWithin": { "hours": 0 } } }', 'routine.decideWithin.hours must be more than 0'],
    ['{ "routine": { "decideWithin": { "days": 5 } } }', 'routine.decideWithin'],
    ['{ "emergency": { "expireAfter": { "hours": 5 } } }', 'emergency.expireAfter is not known here'],
    ['{ "soon": {} }', 'soon is not known here'],
    [
      '{ "routine": { "onSilence": [{ "action": "remind", "atPercent": 80 }, { "action": "remind", "atPercent": 50 }] } }',
      'routine.onSilence must be in the order of atPercent',
    ],
    [
      '{ "urgent": { "onSilence": [{ "action": "shout", "atPercent": 80 }] } }',
      'urgent.onSilence.0.action must be one of',
    ],
  ])('that cannot be read are told of: %s', (table, complaint) => {
    expect(complaintOf(table)).toContain('TIME_LIMITS is not valid');
    expect(complaintOf(table)).toContain(complaint);
  });
});
