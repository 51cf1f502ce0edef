import { setTimeout as pause } from 'node:timers/promises';
import { readableDuration, type ServiceName, serviceNames } from '@rohnamo/launch';
import { createRandom } from '@rohnamo/samples';
import { type InstallationPlan, startInstallation } from '../installation.ts';
import { gatherParties, type Parties } from '../parties.ts';
import type { Violation } from '../reckoning.ts';
import { reckoningOf } from '../take-stock.ts';
import { facilityName, type Ground, makeFault, replicasIn, restarted } from './break.ts';
import { crashEverywhere } from './crash-points.ts';
import { type Lane, recoveryMs } from './recovery.ts';
import type { Case, ChaosReport } from './report.ts';
import { type ScheduleLimits, type Strike, strikesOf, type Targets, wordsOf } from './schedule.ts';
import { type Driven, startWorkload } from './workload.ts';

export interface ChaosPlan extends ScheduleLimits {
  seed: number;
  /** How long faults of the schedule are made. */
  forMs: number;
  /** How often a process is killed at each crash point, after that. */
  crashPoints: number;
  /** Handoffs that begin in a second, at most. */
  perSecond: number;
  /** Takes a line per fault. */
  say: (line: string) => void;
  /** Ends it early: what was driven until then is reckoned. */
  signal?: AbortSignal;
}

/** After this long all comes to rest and is reckoned, so that a long run needs no more memory than a short one. */
const roundMs = 180_000;
const restWithinMs = 240_000;
const caseMax = 10;

/** An installation that can be broken in every way there is, and those who take part: as many migration services as facilities. */
export async function prepareGround(
  facilityCount: number,
  more: Pick<InstallationPlan, 'brokerCount' | 'diskFolder' | 'clockLibrary' | 'otherVersion'> = {},
): Promise<Ground & { stop(): Promise<void> }> {
  const installation = await startInstallation({
    ...more,
    replicas: { referral: 2, notifications: 2 },
    environment: { referral: { DRAIN_SECONDS: '1' }, notifications: { WEBHOOK_FIRST_RETRY_MS: '200' } },
    ownPostgres: true,
  });
  try {
    const parties: Parties[] = [];
    for (let count = 0; count < facilityCount; count++) parties.push(await gatherParties(installation));
    return { installation, parties, stop: installation.stop };
  } catch (error) {
    await installation.stop();
    throw error;
  }
}

/** Breaks an installation while handoffs go through it, by the schedule of a seed and at every crash point, and reckons. */
export async function runChaos(ground: Ground, plan: ChaosPlan): Promise<ChaosReport> {
  const { installation, parties } = ground;
  const { seed, forMs, perSecond, say, signal } = plan;
  const report: ChaosReport = {
    seed,
    elapsedMs: 0,
    handoffCount: 0,
    schedule: [],
    recoveriesMs: [],
    crashCount: 0,
    violations: [],
    repeatedWebhooks: 0,
    unansweredCount: 0,
    cases: [],
  };
  const random = createRandom(seed);
  const begunAt = performance.now();
  const endsAt = begunAt + forMs;
  const feedFrom = parties.map(() => '');
  const schedule = strikesOf(seed, targetsOf(ground), plan);
  const isOver = (atMs: number) => signal?.aborted === true || performance.now() >= atMs;

  /** Handoffs go through while something is done to the installation; then all comes to rest, and is reckoned. */
  const round = async (work: (lanes: readonly Lane[]) => Promise<void>): Promise<void> => {
    const lanes = parties.map((party) => ({
      parties: party,
      workload: startWorkload({ installation, parties: party, random, perSecond: perSecond / parties.length }),
    }));
    await work(lanes);
    const driven = await Promise.all(lanes.map(({ workload }) => workload.stop()));
    say('all comes to rest');
    await installation.replayParked();
    await Promise.all(
      driven.map(async (each, index) => {
        const party = parties[index]!;
        const from = feedFrom[index] ?? '';
        const plan = { installation, parties: party, journals: [], feedFrom: from, withinMs: restWithinMs };
        const reckoning = await reckoningOf(each.handoffs, plan);
        feedFrom[index] = reckoning.feedEnd;
        party.system.calls.length = 0;
        report.handoffCount += reckoning.handoffCount;
        report.repeatedWebhooks += reckoning.repeatedWebhooks;
        report.unansweredCount += each.unansweredCount;
        const violations = [...each.wrong, ...reckoning.violations];
        report.violations.push(...violations);
        report.cases.push(...casesOf(violations, each, reckoning.broken).slice(0, caseMax - report.cases.length));
      }),
    );
    const broken = report.violations.length;
    say(`${report.handoffCount} referrals reckoned, ${broken === 0 ? 'every promise kept' : `${broken} violations`}`);
  };

  const strike = async (next: Strike, lanes: readonly Lane[]): Promise<void> => {
    await pause(next.pauseMs);
    const struckAt = performance.now();
    const ended = await Promise.all(
      next.faults.map(async (fault) => {
        const mend = await makeFault(ground, fault);
        await pause(fault.lastsMs);
        const endedAt = performance.now();
        return { endedAt, mended: mend() };
      }),
    );
    const back = recoveryMs(lanes);
    await Promise.all(ended.map(({ mended }) => mended));
    const tookMs = await back;
    const number = report.schedule.length + 1;
    report.schedule.push(`${number}. ${wordsOf(next)}`);
    if (tookMs === null) report.violations.push(stuck(wordsOf(next)));
    else report.recoveriesMs.push(tookMs);
    const at = readableDuration(struckAt - begunAt);
    say(
      `${at}: ${number}. ${wordsOf(next)}: ${tookMs === null ? 'did not recover' : `back after ${readableDuration(tookMs)}`}`,
    );
    report.violations.push(...(await endedByThemselves(ground)));
  };

  while (!isOver(endsAt))
    await round(async (lanes) => {
      const roundEndsAt = Math.min(endsAt, performance.now() + roundMs);
      while (!isOver(roundEndsAt)) await strike(schedule.next().value, lanes);
    });
  if (plan.crashPoints > 0)
    await round(async (lanes) => {
      const { count, tookMs } = await crashEverywhere(ground, { lanes, times: plan.crashPoints, random, say });
      report.crashCount += count;
      if (tookMs === null) report.violations.push(stuck('every crash point'));
      else report.recoveriesMs.push(tookMs);
    });
  say('every journal is audited');
  for (const service of serviceNames) {
    const { findings, unplacedCount } = await installation.journalOf(service).audit();
    for (const finding of [...findings, ...(unplacedCount > 0 ? [`${unplacedCount} entries have no position`] : [])])
      report.violations.push({ kind: 'unproved', referralId: null, what: `journal of ${service}: ${finding}` });
  }
  report.elapsedMs = performance.now() - begunAt;
  return report;
}

function targetsOf({ installation, parties }: Ground): Targets {
  const namesOf = (...services: readonly ServiceName[]) =>
    services.flatMap((service) => installation.replicasOf(service).map(({ name }) => name));
  return {
    postgres: ['postgres'],
    brokers: installation.brokers.map(({ name }) => name),
    replicas: replicasIn(installation).map(({ name }) => name),
    sharers: namesOf('referral', 'notifications'),
    consumers: ['notifications'],
    entrances: namesOf('referral'),
    facilities: parties.map((_, index) => facilityName(index)),
    clocks: installation.hasClocks ? namesOf('referral', 'notifications') : [],
    disks: installation.disk ? ['disk'] : [],
  };
}

const stuck = (after: string): Violation => ({
  kind: 'undelivered',
  referralId: null,
  what: `no handoff went from end to end within two minutes after ${after}`,
});

/** A process that nobody killed and that is gone. It is started again, so that the run can go on. */
async function endedByThemselves({ installation }: Ground): Promise<Violation[]> {
  const gone = replicasIn(installation).filter((replica) => !replica.isRunning());
  const violations = gone.map((replica): Violation => ({
    kind: 'ended-by-itself',
    referralId: null,
    what: `${replica.name} ${replica.lastWords()}`,
  }));
  await Promise.all(gone.map(restarted));
  return violations;
}

function casesOf(violations: readonly Violation[], { handoffs }: Driven, broken: Case['referral'][]): Case[] {
  const byReferral = Map.groupBy(
    violations.filter(({ referralId }) => referralId !== null),
    ({ referralId }) => referralId,
  );
  return [...byReferral].map(([id, ofReferral]) => ({
    referral: broken.find((referral) => referral?.id === id),
    handoff: handoffs.find(({ referralId }) => referralId === id),
    violations: ofReferral,
  }));
}
