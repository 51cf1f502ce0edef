import { setTimeout as pause } from 'node:timers/promises';

/** A loop that does its work until there is none, then rests until it is woken or until the pause is over. */
export interface Worker {
  wake(): void;
  stop(): Promise<void>;
}

export interface WorkerOptions {
  /** Does some of what waits and says whether there may be more. */
  step: () => Promise<'more' | 'idle'>;
  /** The longest rest between two looks. */
  pauseMs: number;
  /** The shortest time from one look to the next that somebody asks for: what comes quickly goes together. None where left out. */
  apartMs?: number;
  /** Told of a failure; the loop rests, then goes on. */
  onError: (error: unknown) => void;
}

export function startWorker({ step, pauseMs, apartMs = 0, onError }: WorkerOptions): Worker {
  let stopped = false;
  let woken = false;
  let rouse: (() => void) | null = null;

  const rest = () =>
    new Promise<void>((resolve) => {
      if (woken || stopped) return resolve();
      const timer = setTimeout(resolve, pauseMs);
      rouse = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  /** Lets time pass that nobody can cut short but a stop. */
  const keepApart = async (since: number): Promise<void> => {
    const leftMs = since + apartMs - performance.now();
    if (leftMs > 0 && !stopped) await pause(leftMs, undefined, { ref: false });
  };

  const run = async () => {
    while (!stopped) {
      const began = performance.now();
      woken = false;
      try {
        if ((await step()) === 'more') continue;
      } catch (error) {
        onError(error);
        woken = false; // a failing step is not hurried by whoever wakes it
      }
      await rest();
      rouse = null;
      await keepApart(began);
    }
  };
  const running = run();

  return {
    wake() {
      woken = true;
      rouse?.();
    },
    async stop() {
      stopped = true;
      rouse?.();
      await running;
    },
  };
}
