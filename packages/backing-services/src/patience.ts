/**
 * How many times longer than usual everything may take that somebody waits for while a stack comes up: `ROHNAMO_PATIENCE`, for a
 * machine that is slow or busy. Limits are there so that what hangs is found; none is a promise of speed.
 */
export function patience(environment: Readonly<Record<string, string | undefined>> = process.env): number {
  const factor = Number(environment['ROHNAMO_PATIENCE'] ?? 1);
  return Number.isFinite(factor) && factor >= 1 ? factor : 1;
}

/** A limit, as long as patience makes it. */
export const patiently = (limitMs: number): number => limitMs * patience();

/** Which limit was met, how long it is, and what to do. */
export function limitMet(what: string, limitMs: number): string {
  const longer = Math.ceil(patience() * 3);
  return `${what} took longer than ${limitMs / 1000} s, which is its limit; where the machine is only slow or busy, set ROHNAMO_PATIENCE=${longer}, which makes every limit of the start ${longer} times what it usually is`;
}
