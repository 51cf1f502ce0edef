import { readFileSync } from 'node:fs';
import { findingsOf } from '@rohnamo/service-kit';
import { z } from 'zod';
import { tajikistan } from './calendar.ts';
import { defaultTimeLimits, type PriorityLimits, type TimeLimits } from './time-limits.ts';

const Span = z.union([
  z.strictObject({
    hours: z
      .number()
      .positive()
      .max(24 * 365),
  }),
  z.strictObject({ workingDays: z.number().positive().max(365) }),
]);

const SilenceStep = z.strictObject({
  action: z.enum(['remind', 'escalate', 'offer_reroute']),
  atPercent: z.number().positive().max(1000),
});

const ofPriority = {
  acknowledgeWithin: Span.optional(),
  decideWithin: Span.optional(),
  serviceWithin: Span.optional(),
  outcomeWithin: Span.optional(),
  onSilence: z
    .array(SilenceStep)
    .max(10)
    .refine((steps) => steps.every((step, index) => index === 0 || step.atPercent > steps[index - 1]!.atPercent), {
      message: 'must be in the order of atPercent, each but once',
    })
    .optional(),
  callAfter: z.union([Span, z.literal('overdue'), z.null()]).optional(),
};

/** What of the table of time limits is other than the default. Only what is routine expires by itself. */
const TimeLimitsTable = z.strictObject({
  emergency: z.strictObject(ofPriority).optional(),
  urgent: z.strictObject(ofPriority).optional(),
  routine: z.strictObject({ ...ofPriority, expireAfter: Span.nullable().optional() }).optional(),
  autoCloseAfter: Span.optional(),
  confirmCancelWithin: Span.optional(),
});
export type TimeLimitsTable = z.infer<typeof TimeLimitsTable>;

/** The variable that holds the table, as JSON or as the path of a file of JSON. */
export const timeLimitsTable = () =>
  z.string().transform((value, context): TimeLimitsTable => {
    const complain = (message: string) => {
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    };
    const text = value.trimStart().startsWith('{') ? value : readable(value);
    if (text === null) return complain('must be JSON, or the path of a file that can be read');
    const table = jsonOf(text);
    if (table === undefined) return complain('must hold valid JSON');
    const result = TimeLimitsTable.safeParse(table);
    if (result.success) return result.data;
    const findings = findingsOf(result.error.issues, table);
    return complain(
      `does not hold: ${findings.map(({ name, detail }) => `${name || 'the whole'} ${detail}`).join('; ')}`,
    );
  });

function readable(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What the environment says of time. */
export interface ClockConfig {
  TIME_LIMITS?: TimeLimitsTable | undefined;
  ROUTINE_EXPIRY_HOURS?: number | undefined;
  HOLIDAYS?: readonly string[] | undefined;
}

/** The limits by which a service works: the default ones, over them the table, over that the hours of expiry where they are said. */
export function limitsOf({ TIME_LIMITS = {}, ROUTINE_EXPIRY_HOURS, HOLIDAYS = [] }: ClockConfig): TimeLimits {
  const limits = defaultTimeLimits({ ...tajikistan, datedHolidays: HOLIDAYS });
  const { emergency, urgent, routine, autoCloseAfter, confirmCancelWithin } = TIME_LIMITS;
  const expiry = ROUTINE_EXPIRY_HOURS === undefined ? {} : { expireAfter: { hours: ROUTINE_EXPIRY_HOURS } };
  return {
    calendar: limits.calendar,
    byPriority: {
      emergency: over(limits.byPriority.emergency, emergency),
      urgent: over(limits.byPriority.urgent, urgent),
      routine: over(limits.byPriority.routine, { ...routine, ...expiry }),
    },
    autoCloseAfter: autoCloseAfter ?? limits.autoCloseAfter,
    confirmCancelWithin: confirmCancelWithin ?? limits.confirmCancelWithin,
  };
}

type Told = { [Name in keyof PriorityLimits]?: PriorityLimits[Name] | undefined };

const over = (limits: PriorityLimits, told: Told = {}): PriorityLimits => {
  const said = Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined));
  return { ...limits, ...(said as Partial<PriorityLimits>) }; // what was not said is left out
};
