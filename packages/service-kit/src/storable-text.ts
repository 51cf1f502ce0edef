import type { ProblemError } from './problem.ts';
import { errorAt } from './validation.ts';

interface Place {
  value: unknown;
  key: PropertyKey | undefined;
  parent: Place | undefined;
}

/** Every place in a value whose text Postgres cannot store: NUL or half a surrogate pair, in a value or in a name. */
export function unstorable(value: unknown, part: 'body' | 'path' | 'query' | 'header'): ProblemError[] {
  const found: ProblemError[] = [];
  const waiting: Place[] = [{ value, key: undefined, parent: undefined }];
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    const { value } = place;
    if (typeof value === 'string') {
      const detail = complaintAbout(value);
      if (detail !== undefined) found.push(errorAt(pathTo(place), detail, part));
    } else if (typeof value === 'object' && value !== null) {
      const isArray = Array.isArray(value);
      for (const [key, inner] of Object.entries(value)) {
        const detail = isArray ? undefined : complaintAbout(key);
        if (detail !== undefined) found.push(errorAt(pathTo(place), `a name in it ${detail}`, part));
        waiting.push({ value: inner, key: isArray ? Number(key) : key, parent: place });
      }
    }
  }
  return found;
}

/** Whether Postgres can store every text in a value. */
export const isStorable = (value: unknown): boolean => unstorable(value, 'body').length === 0;

function pathTo(place: Place): PropertyKey[] {
  const path: PropertyKey[] = [];
  for (let at: Place | undefined = place; at !== undefined; at = at.parent) {
    if (at.key !== undefined) path.push(at.key);
  }
  return path.toReversed();
}

function complaintAbout(text: string): string | undefined {
  if (text.includes('\0')) return 'must not hold a NUL character';
  return text.isWellFormed() ? undefined : 'must not hold half a surrogate pair';
}
