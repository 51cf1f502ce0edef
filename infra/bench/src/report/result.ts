import type { Hello } from '../world/hello.ts';
import type { Machine } from './machine.ts';
import type { Measured } from '../paths/path.ts';

/** A path that was measured. */
export interface PathResult extends Measured {
  name: string;
  title: string;
  about: string;
}

/** A whole run. */
export interface RunResult {
  machine: Machine;
  hello: Hello;
  paths: PathResult[];
}
