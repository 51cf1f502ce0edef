import { complaintAboutText, composed } from '@rohnamo/contracts';
import type { ProblemError } from './problem.ts';
import { errorAt } from './validation.ts';

/** Values that one request may hold. The largest that means anything has some hundreds; each costs a check, and its error a text. */
export const valuesMax = 5000;

type Part = 'body' | 'path' | 'query' | 'header';

interface Place {
  value: unknown;
  key: PropertyKey | undefined;
  parent: Place | undefined;
}

/** Every place in a value whose text Postgres cannot store: NUL or half a surrogate pair, in a value or in a name. */
export const unstorable = (value: unknown, part: Part): ProblemError[] => complaints(value, part, complaintOfPostgres);

/** Whether Postgres can store every text in a value. */
export const isStorable = (value: unknown): boolean => unstorable(value, 'body').length === 0;

/**
 * Takes the texts that a caller has written: every place of one that holds what no text may hold comes back, and if there is none,
 * every text is composed (NFC) where it stands. A value of more than {@link valuesMax} values is not looked at.
 */
export function takeTexts(value: unknown, part: Part): ProblemError[] {
  if (isTooMuch(value)) return [errorAt([], `must not hold more than ${valuesMax} values`, part)];
  const errors = complaints(value, part, complaintAboutText);
  if (errors.length === 0) compose(value);
  return errors;
}

function complaints(value: unknown, part: Part, complaintAbout: (text: string) => string | null): ProblemError[] {
  const found: ProblemError[] = [];
  const waiting: Place[] = [{ value, key: undefined, parent: undefined }];
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    const { value } = place;
    if (typeof value === 'string') {
      const detail = complaintAbout(value);
      if (detail !== null) found.push(errorAt(pathTo(place), detail, part));
    } else if (typeof value === 'object' && value !== null) {
      const isArray = Array.isArray(value);
      for (const [key, inner] of Object.entries(value)) {
        const detail = isArray ? null : complaintAbout(key);
        if (detail !== null) found.push(errorAt(pathTo(place), `a name in it ${detail}`, part));
        waiting.push({ value: inner, key: isArray ? Number(key) : key, parent: place });
      }
    }
  }
  return found;
}

function isTooMuch(value: unknown): boolean {
  const waiting = [value];
  let count = 0;
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    if (typeof one !== 'object' || one === null) continue;
    for (const key in one) {
      count += 1;
      if (count > valuesMax) return true;
      waiting.push((one as Record<string, unknown>)[key]);
    }
  }
  return false;
}

/** Composes texts where they stand; a value that is a text itself has no place, and is of no schema of ours. */
function compose(value: unknown): void {
  const waiting = [value];
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    if (typeof one !== 'object' || one === null) continue;
    const holder = one as Record<string, unknown>;
    for (const key in holder) {
      const inner = holder[key];
      if (typeof inner === 'string') holder[key] = composed(inner);
      else waiting.push(inner);
    }
  }
}

function pathTo(place: Place): PropertyKey[] {
  const path: PropertyKey[] = [];
  for (let at: Place | undefined = place; at !== undefined; at = at.parent) {
    if (at.key !== undefined) path.push(at.key);
  }
  return path.toReversed();
}

function complaintOfPostgres(text: string): string | null {
  if (text.includes('\0')) return 'must not hold a NUL character';
  return text.isWellFormed() ? null : 'must not hold half a surrogate pair';
}
