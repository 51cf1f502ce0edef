import type { StopList } from '@rohnamo/launch';
import type { Check } from '../measure/aim.ts';
import type { Row } from '../measure/figures.ts';
import type { Load } from '../load/load.ts';
import type { World } from '../world/world.ts';

/** What a path is measured with. */
export interface Bench {
  world: World;
  load: Load;
  seconds: number;
  /** Instead of the path's own numbers of callers. */
  concurrency: readonly number[] | undefined;
  growthMax: number;
  /** Where the product leaves a CPU profile, if it shall. */
  profileFolder: string | undefined;
  /** What this path starts; stopped when it is over. */
  stops: StopList;
}

/** A reading that is no rate: memory at rest. */
export interface Reading {
  what: string;
  value: number | null;
  unit: string;
}

export interface Measured {
  rows: Row[];
  readings: Reading[];
  checks: Check[];
  /** The share of its ceiling that the path shall reach; `null` where there is none to reach. */
  ratioMin: number | null;
}

/** Something that the product does often, or that must not take long. */
export interface HotPath {
  /** As `--only` takes it. */
  name: string;
  title: string;
  /** What is measured, of which services; what the ceiling does. */
  about: string;
  measure(bench: Bench): Promise<Measured>;
}
