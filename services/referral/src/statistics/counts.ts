import { BarrierCode, RejectionCode } from '@rohnamo/contracts';

/** What was counted of a group. Codes by `rejection.<code>` and `barrier.<code>`; what is not named is none. */
export type Counts = Readonly<Record<string, number>>;

export const countOf = (counts: Counts, name: string): number => counts[name] ?? 0;

const rejections = RejectionCode.options.map((code) => `rejection.${code}`);
const barriers = BarrierCode.options.map((code) => `barrier.${code}`);

/** Tasks that are counted as the sum of some figures less the sum of others. */
interface Difference {
  of: readonly string[];
  less?: readonly string[];
}
const alone = (name: string): Difference => ({ of: [name] });
const ends = ['completed', 'rejected', 'cancelled', 'expired'];

/**
 * What each level lets somebody count who adds and subtracts its figures, as far as it is not made up of other such sets. That
 * these are all follows from what can become of a task, and is shown from that in publish.test.ts.
 */
const concludable: Readonly<Record<Level, readonly Difference[]>> = {
  sent: [alone('sent')],
  funnel: [
    { of: ['sent'], less: ['answered'] },
    { of: ['answered'], less: ['accepted'] },
    { of: ['accepted'], less: ['completed'] },
    { of: ['completed'], less: ['served'] },
    { of: ['served'], less: ['servedConfirmed', 'servedUnconfirmed'] },
    alone('servedConfirmed'),
    alone('servedUnconfirmed'),
    { of: ['closed'], less: ['servedConfirmed', 'servedUnconfirmed'] },
    { of: ['accepted'], less: ['noShow'] },
    alone('noShow'),
    alone('rejected'),
    alone('cancelled'),
    alone('expired'),
    { of: ['sent'], less: ends },
    { of: ends, less: ['closed'] },
    { of: ['sent'], less: ['accepted', 'expired'] }, // what is undecided when it expires was never accepted
    { of: ['answered'], less: ['completed', 'rejected'] },
  ],
  reasons: [...rejections.map(alone), ...barriers.map(alone), { of: ['sent'], less: barriers }],
};

/** How much is told of a group: how many there were, what became of them, why. Each level tells what those before it tell. */
export const levels = ['sent', 'funnel', 'reasons'] as const;
export type Level = (typeof levels)[number];

/** Counts from 1 to one less than this are not given out. */
export const threshold = 5;
const isTellable = (count: number): boolean => count === 0 || count >= threshold;

/** Whether all that a level tells of a group, and all that can be concluded from it by subtraction, is of none or of enough. */
export function isPublishable(counts: Counts, level: Level): boolean {
  const sumOf = (names: readonly string[]) => names.reduce((sum, name) => sum + countOf(counts, name), 0);
  const told = levels.slice(0, levels.indexOf(level) + 1).flatMap((one) => concludable[one]);
  return told.every(({ of, less = [] }) => isTellable(sumOf(of) - sumOf(less)));
}

/** What is counted of tasks, by how many of them count in which figures. */
export function countsOf(counted: readonly { figures: readonly string[]; tasks: number }[]): Counts {
  const counts: Record<string, number> = {};
  for (const { figures, tasks } of counted) for (const name of figures) counts[name] = (counts[name] ?? 0) + tasks;
  return counts;
}

export function summed(all: readonly Counts[]): Counts {
  const sum: Record<string, number> = {};
  for (const counts of all) for (const [name, count] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}
