import { fold } from '../fold.ts';

/** Letters, digits and marks after folding, and what each is taken for, since in some script or case it looks like that (Unicode Technical Standard 39). */
const [lookalikes, takenFor] = [
  'аαеεоο0рρсϲуγυүхχіιiıİ1јϳѕһнηԁԛԝωкκмμтτвьβνζзбг‐‑‒–—−',
  'aaeeoooppccyyyyxxlllllljjshhhdqwwkkmmttbbbnz36r------',
];
const lookOfCharacter = new Map(Array.from(lookalikes, (character, index) => [character, takenFor?.[index] ?? '']));

/**
 * A text as a reader sees it: folded, with one character for all that look like it, without blanks. The database's `look_text` comes
 * to the same.
 */
export const lookOf = (text: string): string =>
  Array.from(fold(text.normalize('NFKC')), (character) =>
    character === ' ' ? '' : (lookOfCharacter.get(character) ?? character),
  ).join('');

/** Of external ids in the order of their rows, those that look like an earlier one and are another; with that one. */
export function lookingAlikeIn(externalIds: readonly string[]): Map<string, string> {
  const first = new Map<string, string>();
  const alike = new Map<string, string>();
  for (const externalId of externalIds) {
    const look = lookOf(externalId);
    const other = first.get(look);
    if (other === undefined) first.set(look, externalId);
    else if (fold(other) !== fold(externalId)) alike.set(externalId, other);
  }
  return alike;
}
