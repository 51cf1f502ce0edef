import { refused } from '@rohnamo/service-kit';
import { lookOf } from './lookalikes.ts';

/** Known source systems that an error names. */
const similarMax = 5;

/**
 * A source system that an organisation has never pushed from: as likely a new spelling of a known one, which would register
 * everybody once more.
 */
export const refuseNewSource = (sourceSystem: string, known: readonly string[]) => {
  const similar = similarTo(sourceSystem, known);
  const hint = similar.length === 0 ? '' : ` Did you mean ${similar.map((name) => `"${name}"`).join(' or ')}?`;
  return refused('unknown-source-system', {
    detail: `Your organisation has pushed nothing from this source system before.${hint} If it is a new one, register it by POST /v1/source-systems, or push with confirmNewSource=true.`,
    extensions: { similar },
  });
};

/** One that is like another of the organisation's, where nobody has said that it is a new one; null: it is like none. */
export const refuseLookalike = (sourceSystem: string, known: readonly string[]) => {
  const similar = similarTo(sourceSystem, known);
  if (similar.length === 0) return null;
  return refused('unknown-source-system', {
    detail: `It is like ${similar.map((name) => `"${name}"`).join(', ')} of your organisation: under another spelling, everybody would be registered once more. If it is another system, send confirmNewSource: true.`,
    extensions: { similar },
  });
};

/** Those that look or are spelt alike, the likest first. */
function similarTo(sourceSystem: string, known: readonly string[]): string[] {
  const wanted = seenAs(sourceSystem);
  return known
    .map((name) => ({ name, distance: distanceOf(wanted, seenAs(name)) }))
    .filter(({ name, distance }) => distance <= Math.max(2, Math.min(wanted.length, name.length) / 4))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, similarMax)
    .map(({ name }) => name);
}

/** A source system as a reader sees it, without blanks and marks between words. */
const seenAs = (text: string): string => lookOf(text).replaceAll(/[\p{P}\p{S}]+/gu, '');

/** The edits that make one text of the other (Levenshtein). Both are of 64 characters at most. */
function distanceOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
