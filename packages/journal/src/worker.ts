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
  /** Told of a failure; the loop rests, then goes on. */
  onError: (error: unknown) => void;
}

export function startWorker({ step, pauseMs, onError }: WorkerOptions): Worker {
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

  const run = async () => {
    while (!stopped) {
      woken = false;
      try {
        if ((await step()) === 'more') continue;
      } catch (error) {
        onError(error);
        woken = false; // a failing step is not hurried by whoever wakes it
      }
      await rest();
      rouse = null;
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
