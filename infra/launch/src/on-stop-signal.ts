/** A Ctrl-C arrives more than once: from the terminal, and passed on by each parent. */
const ECHO_MS = 1000;
const FORCED_EXIT_CODE = 130;

/**
 * Calls `stop` at the first SIGINT, SIGTERM or SIGHUP. Echoes of it are ignored; a later signal means that somebody is
 * tired of waiting, and ends the process at once.
 */
export function onStopSignal(stop: (signal: NodeJS.Signals) => void): void {
  let firstAt: number | undefined;
  const handle = (signal: NodeJS.Signals) => {
    const now = performance.now();
    if (firstAt === undefined) {
      firstAt = now;
      stop(signal);
    } else if (now - firstAt > ECHO_MS) {
      process.exit(FORCED_EXIT_CODE);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, handle);
}
