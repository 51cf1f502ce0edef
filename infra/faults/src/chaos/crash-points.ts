import type { CrashPoint } from '@rohnamo/journal';
import { type ServiceName, readableDuration } from '@rohnamo/launch';
import type { Random } from '@rohnamo/samples';
import { eventually } from '@rohnamo/testkit';
import { type Ground, restarted } from './break.ts';
import { type Lane, recoveryMs } from './recovery.ts';

/** Whose process dies at each crash point. Every service has most of them; these carry every handoff, each a like share of the points. */
const homes: Record<CrashPoint, ServiceName> = {
  'record.before-commit': 'referral',
  'record.after-commit': 'referral',
  'sequence.before-commit': 'registry',
  'sequence.after-commit': 'registry',
  'seal.before-commit': 'registry',
  'seal.after-commit': 'registry',
  'relay.before-produce': 'referral',
  'relay.after-produce': 'referral',
  'relay.after-move': 'referral',
  'consume.before-effect': 'notifications',
  'consume.before-acknowledgement': 'notifications',
  'deliver.before-post': 'notifications',
  'deliver.after-post': 'notifications',
};

/** A process comes to each point many times a second. */
const hitWithinMs = 90_000;
/** It dies at the first to the fifth time; where it seals, which it does once a second at most, at the first or second. */
const nthMaxOf = (point: CrashPoint): number => (point.startsWith('seal.') ? 2 : 5);

interface CrashPlan {
  lanes: readonly Lane[];
  /** How often at each point. */
  times: number;
  random: Random;
  say: (line: string) => void;
}

/** Processes died at every crash point once, and then ran again. */
interface CrashRound {
  crashCount: number;
  /** From when they were up until handoffs went from end to end again; null when they did not. */
  tookMs: number | null;
}

/**
 * Kills a process at each crash point in turn, so many times. It is the only one of its service meanwhile, so that it comes to the
 * point, and is armed for the next as soon as it has died: with all that the dead one left undone before it. Processes of
 * different services die side by side.
 * @throws where a point is never come to
 */
export async function crashEverywhere(ground: Ground, plan: CrashPlan): Promise<CrashRound[]> {
  const points = Map.groupBy(Object.keys(homes) as CrashPoint[], (point) => homes[point]); // it has no other keys
  const rounds: CrashRound[] = [];
  for (let time = 1; time <= plan.times; time++) {
    await Promise.all([...points].map(([service, ofService]) => crashAtEach(ground, { service, ofService, plan })));
    const tookMs = await recoveryMs(plan.lanes);
    plan.say(`round ${time}: ${tookMs === null ? 'did not recover' : `back after ${readableDuration(tookMs)}`}`);
    rounds.push({ crashCount: Object.keys(homes).length, tookMs });
  }
  return rounds;
}

interface ServiceCrash {
  service: ServiceName;
  ofService: readonly CrashPoint[];
  plan: CrashPlan;
}

async function crashAtEach(
  { installation }: Ground,
  { service, ofService, plan: { random, say } }: ServiceCrash,
): Promise<void> {
  const all = installation.replicasOf(service);
  const armed = random.pick(all);
  await Promise.all(all.map((replica) => replica.stop()));
  for (const point of ofService) {
    const at = `${point}:${1 + random.below(nthMaxOf(point))}` as const;
    armed.startArmed(at);
    await eventually(() => !armed.isRunning(), { withinMs: hitWithinMs }).catch((cause: unknown) => {
      throw new Error(`${armed.name} never came to ${at}: ${armed.lastWords()}`, { cause });
    });
    if (!armed.lastWords().startsWith('ended by SIGKILL'))
      throw new Error(`${armed.name} at ${at}: ${armed.lastWords()}`);
    say(`${armed.name} died at ${at}`);
    await installation.asSuperuser(service, `update lease set expires_at = 'epoch'`); // as if its 10 s had passed
  }
  await Promise.all(all.map(restarted));
}
