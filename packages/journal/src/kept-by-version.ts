import { LRUCache } from 'lru-cache';
import { sharedRead } from './shared-read.ts';

/** What something was in a version of it. */
export interface Versioned<Value> {
  version: number;
  value: Value;
}

/**
 * Reads what lists name by id and version, and keeps it: a version never changes, so what was read of it needs no second reading. Who
 * asks gets that version, or a newer one if it has been read meanwhile; null where there is none to be read.
 * @param load the newest of each, by id
 * @param max how many are kept; what nobody has asked for the longest makes room
 */
export function keptByVersion<Value>({
  load,
  max,
}: {
  load: (ids: string[]) => Promise<Map<string, Versioned<Value>>>;
  max: number;
}): (wanted: { id: string; version: number }) => Promise<Value | null> {
  const kept = new LRUCache<string, Versioned<Value>>({ max });
  const read = sharedRead<string, Versioned<Value>>(async (ids) => {
    const found = await load(ids);
    for (const [id, newest] of found) kept.set(id, newest);
    return found;
  });
  return async ({ id, version }) => {
    const known = kept.get(id);
    return (known !== undefined && known.version >= version ? known : await read(id))?.value ?? null;
  };
}
