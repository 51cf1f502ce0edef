/** What has been started, to be stopped in the opposite order. */
export interface StopList {
  add: (name: string, stop: () => unknown) => void;
  /**
   * Stops everything, the last first, each within ten seconds; what cannot be stopped does not keep the rest from it.
   * @returns what failed. Safe to call again: what was stopped is forgotten.
   */
  stopAll: () => Promise<{ name: string; err: unknown }[]>;
}

/** The longest that one part may take to stop. */
export const stopDeadlineMs = 10_000;

export function createStopList(): StopList {
  const entries: { name: string; stop: () => unknown }[] = [];
  return {
    add: (name, stop) => void entries.push({ name, stop }),
    stopAll: async () => {
      const failures: { name: string; err: unknown }[] = [];
      for (let entry = entries.pop(); entry !== undefined; entry = entries.pop()) {
        const outcome = await withinDeadline(entry.stop);
        if (outcome !== 'done') failures.push({ name: entry.name, err: outcome.err });
      }
      return failures;
    },
  };
}

async function withinDeadline(stop: () => unknown): Promise<'done' | { err: unknown }> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('took too long')), stopDeadlineMs);
  });
  try {
    await Promise.race([Promise.resolve().then(stop), deadline]);
    return 'done';
  } catch (err) {
    return { err };
  } finally {
    clearTimeout(timer);
  }
}
