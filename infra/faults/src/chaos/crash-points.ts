import type { CrashPoint } from '@rohnamo/journal';
import { type ServiceName, readableDuration } from '@rohnamo/launch';
import type { Random } from '@rohnamo/samples';
import { eventually } from '@rohnamo/testkit';
import { type Ground, restarted } from './break.ts';
import type { Replica } from '../replica.ts';
import { type Lane, recoveryMs } from './recovery.ts';

/**
 * Whose processes die, wave by wave: at what only a leader does one by itself, at what each process does two side by side. Every service
 * has most of the points; these carry every handoff.
 */
const waves = {
  registry: [['sequence.before-commit'], ['sequence.after-commit'], ['seal.before-commit'], ['seal.after-commit']],
  referral: [
    ['record.before-commit', 'record.after-commit'],
    ['relay.before-produce'],
    ['relay.after-produce'],
    ['relay.after-move'],
  ],
  notifications: [
    ['consume.before-effect', 'deliver.before-post'],
    ['consume.before-acknowledgement', 'deliver.after-post'],
  ],
} as const satisfies Partial<Record<ServiceName, readonly (readonly CrashPoint[])[]>>;

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

/** Processes died at every crash point, and then ran again. */
interface Crashes {
  count: number;
  /** From when they were up until handoffs went from end to end again; null when they did not. */
  tookMs: number | null;
}

/**
 * Kills a process at each crash point in turn, so many times. Those that are armed are the only ones of their service meanwhile, so
 * that they come to their points, and are armed for the next as soon as they have died: with all that the dead left undone before
 * them. Processes of different services die side by side.
 * @throws where a point is never come to
 */
export async function crashEverywhere(ground: Ground, plan: CrashPlan): Promise<Crashes> {
  const counts = await Promise.all(
    Object.entries(waves).map(([service, wavesOf]) => crashAtEach(ground, service as ServiceName, wavesOf, plan)), // its own keys
  );
  const tookMs = await recoveryMs(plan.lanes);
  plan.say(tookMs === null ? 'did not recover' : `back after ${readableDuration(tookMs)}`);
  return { count: counts.reduce((sum, count) => sum + count, 0), tookMs };
}

/** @returns how many died. */
async function crashAtEach(
  { installation }: Ground,
  service: ServiceName,
  wavesOf: readonly (readonly CrashPoint[])[],
  { times, random, say }: CrashPlan,
): Promise<number> {
  const all = installation.replicasOf(service);
  await Promise.all(all.map((replica) => replica.stop()));
  let count = 0;
  for (let time = 1; time <= times; time++)
    for (const points of wavesOf) {
      const first = random.below(all.length);
      const armed = (index: number) => all[(first + index) % all.length]!;
      await Promise.all(points.map((point, index) => deathAt(armed(index), point, { random, say })));
      await installation.asSuperuser(service, `update lease set expires_at = 'epoch'`); // as if its 10 s had passed
      count += points.length;
    }
  await Promise.all(all.map(restarted));
  return count;
}

async function deathAt(
  replica: Replica,
  point: CrashPoint,
  { random, say }: Pick<CrashPlan, 'random' | 'say'>,
): Promise<void> {
  const at = `${point}:${1 + random.below(nthMaxOf(point))}` as const;
  replica.startArmed(at);
  await eventually(() => !replica.isRunning(), { withinMs: hitWithinMs }).catch((cause: unknown) => {
    throw new Error(`${replica.name} never came to ${at}: ${replica.lastWords()}`, { cause });
  });
  if (!replica.lastWords().startsWith('ended by SIGKILL'))
    throw new Error(`${replica.name} at ${at}: ${replica.lastWords()}`);
  say(`${replica.name} died at ${at}`);
}
