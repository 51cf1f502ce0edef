/** Times from sending, in hours: how many there are, the median and the ninth of ten. */
export interface Durations {
  cases: number;
  medianHours: number;
  p90Hours: number;
}

const bytesEach = 4;
const secondsPerHour = 3600;

/** Times in seconds, as the database strings them together: four bytes each, the most significant first. */
export function secondsOf(bytes: Buffer | null): Int32Array {
  const seconds = new Int32Array((bytes?.length ?? 0) / bytesEach);
  for (let index = 0; index < seconds.length; index += 1) seconds[index] = bytes!.readInt32BE(index * bytesEach);
  return seconds;
}

/** What is told of times in seconds, in whatever order they are; each may be of several parts. */
export function durationsOf(parts: readonly Int32Array[]): Durations {
  const all = new Int32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let filled = 0;
  for (const part of parts) {
    all.set(part, filled);
    filled += part.length;
  }
  all.sort();
  return {
    cases: all.length,
    medianHours: quantile(all, 0.5) / secondsPerHour,
    p90Hours: quantile(all, 0.9) / secondsPerHour,
  };
}

/** Between the two values that the place lies between (as `percentile_cont` of SQL:2003). 0 of none. */
function quantile(sorted: Int32Array, share: number): number {
  const place = share * Math.max(0, sorted.length - 1);
  const lower = sorted[Math.floor(place)] ?? 0;
  const upper = sorted[Math.ceil(place)] ?? 0;
  return lower + (upper - lower) * (place % 1);
}
