import { BarrierCode, OutcomeCode, RejectionCode } from '@rohnamo/contracts';
import type { TaskKind } from './task-kind.ts';

type Code = 'outcome' | 'rejectionCode' | 'barrier';

/** How the database tells one kind of task from another. Current and ended tasks have the same columns. */
const happened: Readonly<Record<Exclude<keyof TaskKind, Code | 'needMet'>, string>> = {
  isAnswered: 'acknowledged_at is not null',
  isAccepted: 'accepted_at is not null',
  isCompleted: 'completed_at is not null',
  didNotAttend: 'no_shows > 0',
  isCancelled: 'cancelled_at is not null',
  isExpired: 'expired_at is not null',
  isClosed: 'closed_at is not null',
};
const codes: Readonly<Record<Code, { column: string; options: readonly string[] }>> = {
  outcome: { column: 'outcome', options: OutcomeCode.options },
  rejectionCode: { column: 'rejection_code', options: RejectionCode.options },
  barrier: { column: 'barrier', options: BarrierCode.options },
};

/** What a digit of the number says: its value is the place of what it says among these. */
interface Digit {
  name: string;
  values: readonly (boolean | string | null)[];
  sql: string;
}
const digits: readonly Digit[] = [
  { name: 'needMet', values: [null, false, true], sql: 'coalesce(need_met::int + 1, 0)' },
  ...Object.entries(happened).map(([name, condition]) => ({
    name,
    values: [false, true],
    sql: `case when ${condition} then 1 else 0 end`,
  })),
  ...Object.entries(codes).map(([name, { column, options }]) => ({
    name,
    values: [null, ...options],
    sql: `coalesce(array_position(array[${options.map((code) => `'${code}'`).join(', ')}], ${column}), 0)`,
  })),
];

/** The kind of a task as one integer, a digit for each thing that is counted: quicker to group by than what it is made of. */
export const kindNumberSql = digits.reduce(
  (higher, { sql, values }) => (higher === '' ? sql : `(${higher}) * ${values.length} + ${sql}`),
  '',
);

/** The kind that has this number. */
export function kindOfNumber(number: number): TaskKind {
  let rest = number;
  const told = digits.toReversed().map(({ name, values }) => {
    const value = values[rest % values.length];
    rest = Math.floor(rest / values.length);
    return [name, value];
  });
  return Object.fromEntries(told) as TaskKind; // each of its names has a digit
}
