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

/** A process comes to each point many times a second, once it has taken the leases of the one before, which last 10 s. */
const hitWithinMs = 90_000;
/** It dies at the first to the fifth time. */
const nthMax = 5;

interface CrashPlan {
  lanes: readonly Lane[];
  /** How often at each point. */
  times: number;
  random: Random;
  say: (line: string) => void;
}

/** A process died at a crash point. */
interface Crash {
  at: string;
  /** From its restart until handoffs went from end to end again; null when they did not. */
  tookMs: number | null;
}

/**
 * Kills a process at each crash point in turn. The one that is armed is the only one of its service meanwhile, so that it comes to
 * the point; then all of them run unarmed. Processes of different services die side by side, and recover together.
 * @throws where a point is never come to
 */
export async function crashEverywhere(ground: Ground, plan: CrashPlan): Promise<Crash[]> {
  const services = [...new Set(Object.values(homes))];
  const points = Object.entries(homes) as [CrashPoint, ServiceName][]; // every point has its home
  const crashes = await Promise.all(
    services.map(async (service) => {
      const ofService: Crash[] = [];
      for (let time = 1; time <= plan.times; time++)
        for (const [point, home] of points) if (home === service) ofService.push(await crashAt(ground, point, plan));
      return ofService;
    }),
  );
  return crashes.flat();
}

async function crashAt({ installation }: Ground, point: CrashPoint, { lanes, random, say }: CrashPlan): Promise<Crash> {
  const all = installation.replicasOf(homes[point]);
  const armed = random.pick(all);
  const at = `${point}:${1 + random.below(nthMax)}` as const;
  await Promise.all(all.map((replica) => replica.stop()));
  armed.startArmed(at);
  await eventually(() => !armed.isRunning(), { withinMs: hitWithinMs }).catch((cause: unknown) => {
    throw new Error(`${armed.name} never came to ${at}: ${armed.lastWords()}`, { cause });
  });
  if (!armed.lastWords().startsWith('ended by SIGKILL'))
    throw new Error(`${armed.name} at ${at}: ${armed.lastWords()}`);
  const back = recoveryMs(lanes);
  await Promise.all(all.map(restarted));
  const tookMs = await back;
  say(`${armed.name} died at ${at}: ${tookMs === null ? 'did not recover' : `back after ${readableDuration(tookMs)}`}`);
  return { at, tookMs };
}
