import { BarrierCode, RejectionCode } from '@rohnamo/contracts';

/** What was counted of a group. Codes by `rejection.<code>` and `barrier.<code>`; what is not named is none. */
export type Counts = Readonly<Record<string, number>>;

export const countOf = (counts: Counts, name: string): number => counts[name] ?? 0;

export const rejections = RejectionCode.options.map((code) => `rejection.${code}`);
export const barriers = BarrierCode.options.map((code) => `barrier.${code}`);

/** Each is among those before it, so that the difference of any two counts people too. */
const chain = ['sent', 'answered', 'accepted', 'completed', 'served', 'servedConfirmed'];

/** What is made up of parts, and of a rest that is not given out but is known to whoever knows the others. */
const wholes: Readonly<Record<'funnel' | 'reasons', readonly { of: string; parts: readonly string[] }[]>> = {
  funnel: [
    ...chain.slice(1).map((inner, index) => ({ of: chain[index] ?? 'sent', parts: [inner] })),
    { of: 'sent', parts: ['completed', 'rejected', 'cancelled', 'expired'] },
    { of: 'answered', parts: ['completed', 'rejected'] },
    // States, of which each task is in one; and what is undecided when it expires was never accepted.
    { of: 'sent', parts: ['closed', 'rejected', 'cancelled', 'expired'] },
    { of: 'sent', parts: ['accepted', 'expired'] },
    { of: 'sent', parts: ['noShow'] },
    { of: 'accepted', parts: ['noShow'] },
    { of: 'sent', parts: ['closed'] },
    { of: 'closed', parts: ['servedConfirmed'] },
  ],
  reasons: [
    { of: 'rejected', parts: rejections },
    { of: 'sent', parts: barriers },
  ],
};

/** How much is told of a group: how many there were, what became of them, why. Each level tells what those before it tell. */
export const levels = ['sent', 'funnel', 'reasons'] as const;
export type Level = (typeof levels)[number];

/** Counts from 1 to one less than this are not given out. */
export const threshold = 5;
const isTellable = (count: number): boolean => count === 0 || count >= threshold;

/** Whether all that a level tells of a group, and all that can be concluded from it by subtraction, is of none or of enough. */
export function isPublishable(counts: Counts, level: Level): boolean {
  if (!isTellable(countOf(counts, 'sent'))) return false;
  const told = [...(level === 'sent' ? [] : wholes.funnel), ...(level === 'reasons' ? wholes.reasons : [])];
  return told.every(({ of, parts }) => {
    const counted = parts.map((part) => countOf(counts, part));
    const rest = countOf(counts, of) - counted.reduce((sum, count) => sum + count, 0);
    return [...counted, rest].every(isTellable);
  });
}

export function summed(all: readonly Counts[]): Counts {
  const sum: Record<string, number> = {};
  for (const counts of all) for (const [name, count] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}
