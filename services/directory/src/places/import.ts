import { decideAndRecord, type Journal } from '@rohnamo/journal';
import { drizzle } from 'drizzle-orm/node-postgres';
import { type GivenPlace, importedPlace } from './decide.ts';
import { UnusableFile } from './read-csv.ts';
import { createPlaceStore } from './store.ts';

/** How many places are under way at a time: they share commits. */
const chunkSize = 100;

export interface ImportResult {
  made: number;
  changed: number;
  unchanged: number;
}

/**
 * Records places, regions before their districts; importing the same again changes nothing. What is not among them stays.
 * @throws UnusableFile when a parent is neither among them nor known, or does not lie above its unit; then nothing is written.
 */
export async function importPlaces(
  journal: Journal,
  places: readonly GivenPlace[],
  { now }: { now: () => Date },
): Promise<ImportResult> {
  const store = createPlaceStore(drizzle(journal.pool));
  await checkParents(places, store);
  const result: ImportResult = { made: 0, changed: 0, unchanged: 0 };
  const sorted = [...places].sort((a, b) => a.level - b.level);
  for (let start = 0; start < sorted.length; start += chunkSize) {
    const outcomes = await Promise.all(
      sorted.slice(start, start + chunkSize).map((given) => importOne(journal, store, given, now())),
    );
    for (const outcome of outcomes) result[outcome] += 1;
  }
  return result;
}

type Store = ReturnType<typeof createPlaceStore>;

async function importOne(journal: Journal, store: Store, given: GivenPlace, time: Date): Promise<keyof ImportResult> {
  const written = await decideAndRecord({
    journal,
    read: () => store.find(given.id),
    decide: (before) => importedPlace(before, given, { time }),
  });
  if (written.kind === 'recorded') return written.result;
  if (written.kind === 'refused') return written.refusal;
  throw new Error(`a place was not written: ${written.kind}; import the file again`);
}

async function checkParents(places: readonly GivenPlace[], store: Store): Promise<void> {
  const levels = new Map(places.map(({ id, level }) => [id, level]));
  const elsewhere = places.flatMap(({ parentId }) => (parentId === null || levels.has(parentId) ? [] : [parentId]));
  for (const [code, level] of await store.levelsOf([...new Set(elsewhere)])) levels.set(code, level);
  const findings = places.flatMap(({ id, level, parentId }) => {
    if (parentId === null) return [];
    const above = levels.get(parentId);
    if (above === undefined)
      return [`${id}: its parent ${parentId} is not known; import that first, or mend parent_id`];
    return above < level ? [] : [`${id}: its parent ${parentId} does not lie above it; mend level or parent_id`];
  });
  if (findings.length > 0) throw new UnusableFile(findings);
}
