/** What has been started, to be stopped in the opposite order. */
export interface StopList {
  add(what: string, stop: () => unknown): void;
  /** Stops everything, the last first; what cannot be stopped does not keep the rest from it. Answers what failed. */
  stopAll(): Promise<string[]>;
}

export function createStopList(): StopList {
  const entries: { what: string; stop: () => unknown }[] = [];
  return {
    add: (what, stop) => void entries.push({ what, stop }),
    async stopAll() {
      const failures: string[] = [];
      for (let entry = entries.pop(); entry !== undefined; entry = entries.pop()) {
        try {
          await entry.stop();
        } catch (error) {
          failures.push(`${entry.what}: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
      return failures;
    },
  };
}
