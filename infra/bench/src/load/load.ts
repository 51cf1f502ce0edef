import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { StopList } from '@rohnamo/launch';

/** A request that is sent again and again; `{n}` stands for a number, as 12 hexadecimal digits. */
export interface Shot {
  method: 'GET' | 'POST';
  /** Several are taken in turn. */
  path: string | readonly string[];
  headers: Readonly<Record<string, string>>;
  /** Several are taken in turn. */
  body?: string | readonly string[];
  /** The status that every answer must have. */
  status: number;
}

/** What one turn of the load is to do. */
export interface Volley extends Shot {
  url: string;
  concurrency: number;
  seconds: number;
  /** Without `isCycle` each is used once, and the turn ends early when they are used up. */
  numbers: { from: number; to: number; isCycle: boolean };
}

export interface VolleyOutcome {
  done: number;
  /** From the first request to the last answer. */
  seconds: number;
  p50Ms: number;
  p99Ms: number;
  failures: number;
  /** What the first failure was. */
  failure: string | null;
  /** How many numbers were taken. */
  used: number;
  /** The load's own CPU time while it fired. */
  cpuSeconds: number;
}

/** The process that sends requests, apart from what answers them. */
export interface Load {
  fire(volley: Volley): Promise<VolleyOutcome>;
}

export function startLoad(stops: StopList): Load {
  const child = fork(join(import.meta.dirname, 'generator.ts'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  stops.add('the load', () => child.kill());
  const ended = once(child, 'exit').then(() => Promise.reject(new Error('the load has ended')));
  ended.catch(() => undefined); // whoever fires when it ends is told
  return {
    async fire(volley) {
      const answer = once(child, 'message') as Promise<[VolleyOutcome]>; // as the generator sends it
      child.send(volley);
      const [outcome] = await Promise.race([answer, ended]);
      return outcome;
    },
  };
}
