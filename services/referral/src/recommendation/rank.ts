import type { Candidate } from './candidate.ts';
import type { Way } from './reach.ts';

/** What a candidate is judged by, in the order in which it decides between two that weigh the same. */
export type Criterion = 'fit' | 'capacity' | 'way' | 'stepFree' | 'language' | 'provider' | 'answering';

/** How much each criterion weighs. Our own decision: configuration, which the order of the list and nothing else hangs on. */
const weights: Readonly<Record<Criterion, number>> = {
  fit: 30,
  capacity: 20,
  way: 25,
  stepFree: 15,
  language: 10,
  provider: 10,
  answering: 8,
};

/** Each between 0 and 1, and never less where a candidate is better. */
const criteria: Readonly<Record<Criterion, (candidate: Candidate) => number>> = {
  fit: ({ fit }) => (fit === 'best' ? 1 : 0.5),
  capacity: capacityOf,
  way: ({ way }) => nearnessOf(way),
  stepFree: ({ stepFree }) => worthOf(stepFree),
  language: ({ speaks }) => worthOf(speaks),
  provider: ({ provider }) => worthOf(provider),
  answering: ({ answersWithinHours }) => (answersWithinHours === null ? 0.3 : 1 / (1 + answersWithinHours / 8)),
};
const inOrder = Object.keys(weights) as Criterion[]; // the keys of a constant

/** What was not asked for is as good anywhere. */
const worthOf = (fulfilled: boolean | null): number => (fulfilled === false ? 0 : 1);

/** A place more is always better; a waiting list is worse than places that are all taken this week. */
function capacityOf({ capacity, openPlaces }: Candidate): number {
  const plenty = openPlaces === null ? 0 : openPlaces / (openPlaces + 5);
  if (capacity === 'waitlist') return 0.1 * (1 + plenty);
  return openPlaces === 0 ? 0.3 : 0.6 + 0.4 * plenty;
}

/** Half as good after so many kilometres. */
const halfwayKm = 20;

function nearnessOf(way: Way): number {
  switch (way.kind) {
    case 'from-point':
      return halfwayKm / (halfwayKm + way.km);
    case 'same-district':
      return 1;
    case 'from-district':
      return (0.5 * halfwayKm) / (halfwayKm + way.km);
    case 'unknown':
      return 0;
  }
}

/**
 * The candidates in the order in which they are recommended, one for each facility: its best. Who is better in one respect and
 * equal in all others never stands below; the order is total and does not hang on the order they come in. In an emergency
 * what is known to be closed is left out, and what is known to be open comes first.
 */
export function ranked<Any extends Candidate>(
  candidates: readonly Any[],
  { isEmergency }: { isEmergency: boolean },
): Any[] {
  const judged = candidates
    .filter(({ openNow }) => !isEmergency || openNow !== false)
    .map((candidate) => ({ candidate, marks: marksOf(candidate, isEmergency) }))
    .toSorted((a, b) => compare(a.marks, b.marks) || byId(a.candidate, b.candidate));
  const seen = new Set<string>();
  return judged
    .map(({ candidate }) => candidate)
    .filter(({ facilityId }) => !seen.has(facilityId) && seen.add(facilityId));
}

/** Compared one after the other: whether it is open where that counts, its score, then each criterion. */
function marksOf(candidate: Candidate, isEmergency: boolean): number[] {
  const values = inOrder.map((name) => criteria[name](candidate));
  const score = inOrder.reduce((sum, name) => sum + weights[name] * criteria[name](candidate), 0);
  return [isEmergency && candidate.openNow === true ? 1 : 0, score, ...values];
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((mark, index) => mark !== b[index]);
  return at === -1 ? 0 : (b[at] ?? 0) - (a[at] ?? 0);
}

const byId = (a: Candidate, b: Candidate): number =>
  a.offeringId < b.offeringId ? -1 : a.offeringId > b.offeringId ? 1 : 0;
