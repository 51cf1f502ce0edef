import { readableDuration } from '@rohnamo/launch';
import { type FoundReferral, type Violation, violationKinds } from '../reckoning.ts';
import type { DrivenHandoff } from './workload.ts';

/** All that is known of one referral that a promise was broken to. */
export interface Case {
  referral: FoundReferral | undefined;
  handoff: DrivenHandoff | undefined;
  violations: Violation[];
}

/** What a run came to. */
export interface ChaosReport {
  seed: number;
  elapsedMs: number;
  handoffCount: number;
  /** What was broken, a line each, in the order in which it was. */
  schedule: string[];
  /** From the end of each fault until handoffs went from end to end again. */
  recoveriesMs: number[];
  /** Crash points that a process died at. */
  crashCount: number;
  violations: Violation[];
  repeatedWebhooks: number;
  /** Requests that no try of a patient client was answered to: honest, though no use. */
  unansweredCount: number;
  /** The first few referrals that a promise was broken to. */
  cases: Case[];
}

const titles: Record<Violation['kind'], string> = {
  lost: 'answered with 2xx, and lost',
  'applied-twice': 'effects applied twice, or that nobody asked for',
  'out-of-order': 'order per referral broken',
  unproved: 'entries missing, or failing verification',
  'illegal-state': 'steps that the transition table does not know',
  undelivered: 'webhooks or feed lines that never came',
  'wrong-answer': 'wrong answers, instead of honest errors',
  'ended-by-itself': 'processes that ended by themselves',
};

/** The smallest value that so many per cent are not above; null of nothing. */
export function percentile(values: readonly number[], percent: number): number | null {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? null;
}

/** What a run came to, in figures. */
export function figuresOf(report: ChaosReport) {
  const { seed, elapsedMs, handoffCount, schedule, recoveriesMs, crashCount, repeatedWebhooks } = report;
  const countOf = (kind: Violation['kind']) => report.violations.filter((violation) => violation.kind === kind).length;
  return {
    seed,
    elapsedMs: Math.round(elapsedMs),
    handoffs: handoffCount,
    faults: schedule.length,
    crashes: crashCount,
    violations: Object.fromEntries(violationKinds.map((kind) => [kind, countOf(kind)])) as Record<
      Violation['kind'],
      number
    >,
    recoveryMs: {
      p50: percentile(recoveriesMs, 50),
      p99: percentile(recoveriesMs, 99),
      max: percentile(recoveriesMs, 100),
    },
    repeatedWebhooks,
    unanswered: report.unansweredCount,
  };
}

export const isAllKept = ({ violations }: Pick<ChaosReport, 'violations'>): boolean => violations.length === 0;

/** What a run came to, for people; with what they need to look into it, where a promise was broken. */
export function pageOf(report: ChaosReport): string {
  const figures = figuresOf(report);
  const { p50, p99, max } = figures.recoveryMs;
  const duration = (ms: number | null) => (ms === null ? '–' : readableDuration(ms));
  const lines: [string, string | number][] = [
    ['seed', figures.seed],
    ['took', readableDuration(figures.elapsedMs)],
    ['referrals', figures.handoffs],
    ['faults', figures.faults],
    ['crash points hit', figures.crashes],
    ...violationKinds.map((kind): [string, number] => [titles[kind], figures.violations[kind]]),
    ['recovery p50 / p99 / longest', `${duration(p50)} / ${duration(p99)} / ${duration(max)}`],
    ['webhooks that came again (allowed)', figures.repeatedWebhooks],
    ['requests never answered (honest)', figures.unanswered],
  ];
  const width = Math.max(...lines.map(([title]) => title.length));
  const table = lines.map(([title, value]) => `${title.padEnd(width)}  ${value}`).join('\n');
  if (isAllKept(report)) return `${table}\n\nAll promises were kept.\n`;
  return `${table}\n\n${evidence(report)}\n`;
}

function evidence({ seed, schedule, violations, cases }: ChaosReport): string {
  const ofNone = violations.filter(({ referralId }) => referralId === null);
  return [
    `Promises were broken. Seed ${seed}; what was broken, in this order:`,
    ...schedule.map((line) => `  ${line}`),
    ...ofNone.map(({ kind, what }) => `${kind}: ${what}`),
    ...cases.map(caseInWords),
  ].join('\n');
}

function caseInWords({ referral, handoff, violations }: Case): string {
  const id = referral?.id ?? handoff?.referralId ?? 'without an id';
  return [
    `\nReferral ${id}`,
    ...violations.map(({ kind, what }) => `  ${kind}: ${what}`),
    '  what its clients were told:',
    ...(handoff?.history ?? ['nothing that is known']).map((line) => `    ${line}`),
    '  its trail:',
    ...(referral?.trail ?? []).map(
      ({ version, type, state, position, eventId }) =>
        `    version ${version} ${type} → ${state}, position ${position}, ${eventId}`,
    ),
    '  its deliveries:',
    ...(referral?.deliveries ?? []).map(
      ({ id: delivery, eventId, state }) => `    ${delivery} of ${eventId}: ${state}`,
    ),
  ].join('\n');
}
