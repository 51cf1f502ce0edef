/** How a group stands with a subject. */
export interface Standing {
  /** The last sequence that it has taken; null where it has taken none, or where not every sequence comes. */
  last: number | null;
  /** Whether events of the subject are parked. */
  isQueued: boolean;
}

/**
 * What is to be done with what arrives of a subject: it was `done` before; it goes `behind` what is parked; something is
 * missing before it (`gap`); or it is to be taken. The first that is heard of a subject may have any sequence: what came before
 * it may be older than what a topic keeps.
 */
export function verdictOf(sequence: number, { last, isQueued }: Standing): 'done' | 'behind' | 'gap' | 'take' {
  if (last !== null && sequence > 0 && sequence <= last) return 'done';
  if (isQueued) return 'behind';
  return last !== null && sequence > last + 1 ? 'gap' : 'take';
}
