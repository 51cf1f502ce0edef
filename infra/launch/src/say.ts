/** One line of progress for a person, on the error stream so that output can be piped. */
export function say(message: string): void {
  process.stderr.write(`rohnamo: ${message}\n`);
}

/** A duration as a person reads it: `840 ms`, `12.3 s`, `3 min 20 s`. */
export function readableDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
