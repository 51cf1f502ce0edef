/** The longest pause that an endpoint is granted: that of the schedule. */
export const askedPauseMaxMs = 12 * 3600 * 1000;

/** RFC 9110 §5.6.7: the format in use, and the two that are obsolete but must be understood. */
const imfFixdate = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;
const rfc850 = /^[A-Z][a-z]+day, \d\d-[A-Z][a-z]{2}-\d\d \d\d:\d\d:\d\d GMT$/;
const asctime = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/;

/**
 * The pause that an answer asks for by Retry-After (RFC 9110 §10.2.3): seconds or a date, at most {@link askedPauseMaxMs}. 0 where it
 * asks for none, or for a time that is over, or by what is neither.
 */
export function askedPauseMs(retryAfter: string | undefined, now: Date): number {
  const value = retryAfter?.trim() ?? '';
  const wanted = /^\d+$/.test(value) ? Number(value) * 1000 : (dateOf(value) ?? Number.NaN) - now.getTime();
  return Number.isNaN(wanted) ? 0 : Math.min(Math.max(0, wanted), askedPauseMaxMs);
}

function dateOf(value: string): number | undefined {
  if (imfFixdate.test(value) || rfc850.test(value)) return Date.parse(value);
  return asctime.test(value) ? Date.parse(`${value} GMT`) : undefined;
}
