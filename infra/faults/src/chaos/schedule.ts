import { createRandom, type Random } from '@rohnamo/samples';

/** The longest that a process stands still, and that anything stays broken. */
export const longestMs = 30_000;

/** What can be broken, by the names of its targets. */
export interface Targets {
  postgres: readonly string[];
  /** Processes: `referral-1`. */
  replicas: readonly string[];
  /** Processes that share their consumer groups with others. */
  sharers: readonly string[];
  /** Services whose effects can be made to fail. */
  consumers: readonly string[];
  /** `broker-1`. */
  brokers: readonly string[];
  /** Processes that clients call by a link of their own. */
  entrances: readonly string[];
  /** Facilities with a system of their own: `facility-1`. */
  facilities: readonly string[];
  /** Processes whose clock can be set. */
  clocks: readonly string[];
  /** Disks that can be filled. */
  disks: readonly string[];
}

/** Where each kind of fault strikes, how long it lasts at most, and how often it is drawn beside the others. */
export const faultKinds = {
  'process-killed': { at: 'replicas', maxMs: 5_000, share: 3 },
  'process-frozen': { at: 'replicas', maxMs: longestMs, share: 2 },
  'postgres-killed': { at: 'postgres', maxMs: 5_000, share: 1 },
  'broker-killed': { at: 'brokers', maxMs: 8_000, share: 1 },
  'broker-link-cut': { at: 'brokers', maxMs: 10_000, share: 1 },
  'broker-link-half-open': { at: 'brokers', maxMs: 15_000, share: 1 },
  'broker-link-slow': { at: 'brokers', maxMs: 10_000, share: 1 },
  'database-link-cut': { at: 'replicas', maxMs: 10_000, share: 1 },
  'database-link-reset': { at: 'replicas', maxMs: 1_000, share: 1 },
  'database-link-half-open': { at: 'replicas', maxMs: 20_000, share: 1 },
  'database-link-slow': { at: 'replicas', maxMs: 10_000, share: 1 },
  'answers-swallowed': { at: 'entrances', maxMs: 10_000, share: 2 },
  'client-link-cut': { at: 'entrances', maxMs: 5_000, share: 1 },
  'webhook-link-cut': { at: 'facilities', maxMs: 10_000, share: 1 },
  'webhook-answers-swallowed': { at: 'facilities', maxMs: 10_000, share: 1 },
  'endpoint-failing': { at: 'facilities', maxMs: 20_000, share: 1 },
  'endpoint-silent': { at: 'facilities', maxMs: 20_000, share: 1 },
  'rebalance-storm': { at: 'sharers', maxMs: 20_000, share: 1 },
  'effects-failing': { at: 'consumers', maxMs: 10_000, share: 1 },
  'clock-ahead': { at: 'clocks', maxMs: 20_000, share: 2 },
  'clock-behind': { at: 'clocks', maxMs: 20_000, share: 2 },
  'disk-full': { at: 'disks', maxMs: 10_000, share: 3 },
} as const satisfies Record<string, { at: keyof Targets; maxMs: number; share: number }>;
export type FaultKind = keyof typeof faultKinds;
export const kindsOfFault = Object.keys(faultKinds) as FaultKind[]; // it has no others

/** What a schedule leaves out. */
export interface ScheduleLimits {
  /** Nothing lasts longer. */
  limitMs?: number | undefined;
  /** No other kinds are drawn. */
  only?: readonly FaultKind[] | undefined;
}

export interface Fault {
  kind: FaultKind;
  target: string;
  lastsMs: number;
}

/** One fault, or two that begin together at different targets, after a pause. */
export interface Strike {
  pauseMs: number;
  faults: readonly Fault[];
}

const minMs = 300;
const pauseMaxMs = 3_000;
const doubleStrikePercent = 20;

/**
 * All that is broken in a run, without end. The same seed breaks the same, in the same order, for as long. Every kind comes as
 * often as its share before any comes again, and every target of a kind before any of its targets comes again. A kind without
 * a target never comes.
 * @throws when no kind is left
 */
export function* strikesOf(
  seed: number,
  targets: Targets,
  { limitMs = longestMs, only = kindsOfFault }: ScheduleLimits = {},
): Generator<Strike, never> {
  const random = createRandom(seed);
  const kinds = only.filter((kind) => targets[faultKinds[kind].at].length > 0);
  const nextKind = bagOf(
    random,
    kinds.flatMap((kind) => Array<FaultKind>(faultKinds[kind].share).fill(kind)),
  );
  const targetOf = Object.fromEntries(
    kinds.map((kind) => [kind, bagOf(random, targets[faultKinds[kind].at])]),
  ) as Record<FaultKind, () => string>; // of every kind
  const draw = (): Fault => {
    const kind = nextKind();
    const mostMs = Math.min(faultKinds[kind].maxMs, limitMs);
    return { kind, target: targetOf[kind](), lastsMs: minMs + random.below(Math.max(1, mostMs - minMs)) };
  };
  for (;;) {
    const pauseMs = random.below(Math.min(pauseMaxMs, limitMs));
    const first = draw();
    const second = random.percent(doubleStrikePercent) ? draw() : undefined;
    yield { pauseMs, faults: second && second.target !== first.target ? [first, second] : [first] };
  }
}

/** Draws all items in some order, then all again in another. */
function bagOf<Item>(random: Random, items: readonly Item[]): () => Item {
  let left: Item[] = [];
  return () => {
    if (left.length === 0) left = [...items];
    const [item] = left.splice(random.below(left.length), 1);
    if (item === undefined) throw new Error('nothing to draw from');
    return item;
  };
}

/** A strike in a line, for people. */
export const wordsOf = ({ faults }: Pick<Strike, 'faults'>): string =>
  faults.map(({ kind, target, lastsMs }) => `${kind} ${target} ${(lastsMs / 1000).toFixed(1)} s`).join(' + ');
