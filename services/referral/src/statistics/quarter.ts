import type { Quarter } from '@rohnamo/contracts';

/** When a quarter begins and ends in local time, as instants. */
export function boundsOf(quarter: Quarter, utcOffsetMs: number): { from: Date; to: Date } {
  const [year = 0, number = 0] = quarter.split('-Q').map(Number);
  const startOf = (month: number) => new Date(Date.UTC(year, month, 1) - utcOffsetMs);
  return { from: startOf((number - 1) * 3), to: startOf(number * 3) };
}

/** The newest quarter that is over. */
export function lastQuarter(now: Date, utcOffsetMs: number): Quarter {
  const local = new Date(now.getTime() + utcOffsetMs);
  const index = local.getUTCFullYear() * 4 + Math.floor(local.getUTCMonth() / 3) - 1;
  return `${Math.floor(index / 4)}-Q${(index % 4) + 1}`;
}
