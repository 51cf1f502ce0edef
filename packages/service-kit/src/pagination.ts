import { z } from 'zod';
import { refused } from './problem.ts';
import { isStorable } from './storable-text.ts';

/** Where a list goes on: the values of the sort keys of the last item given. */
export type CursorKey = readonly (string | number | boolean | null)[];

const CursorKey = z
  .array(z.union([z.string(), z.number(), z.boolean(), z.null()]))
  .min(1)
  .max(8);

/** The query of a list. Extend it with filters: `PageQuery.extend({ … })`. */
export const PageQuery = z.strictObject({
  limit: z
    .string()
    .regex(/^\d{1,3}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(1).max(200))
    .default(50)
    .describe('How many at most, 1 to 200')
    .meta({ examples: ['50'] }),
  cursor: z.string().min(1).max(1000).optional().describe('`next` of the page before; without it, the first page'),
});
export type PageQuery = z.infer<typeof PageQuery>;

/** One page: the items, and the cursor of the next page, or null at the end. */
export interface Page<Item> {
  items: Item[];
  next: string | null;
}

/** The schema of a page of `item`. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    next: z.string().nullable().describe('Cursor of the next page; null at the end'),
  });

export const encodeCursor = (key: CursorKey): string => Buffer.from(JSON.stringify(key)).toString('base64url');

/**
 * The key of a cursor, checked against the schema of the list that gave it (a tuple, say); null for the first page.
 * A cursor that is not one of that list's: 422 cursor-invalid. It is opaque, not secret: bound every query by organisation all the same.
 */
export function decodeCursor<Key extends z.ZodType = typeof CursorKey>(
  cursor: string | undefined,
  key?: Key,
): z.infer<Key> | null {
  if (cursor === undefined) return null;
  const parsed = CursorKey.safeParse(jsonOf(cursor));
  // What encodes to another text than the one that came was never given by us.
  if (!parsed.success || encodeCursor(parsed.data) !== cursor)
    throw refused('cursor-invalid', { detail: 'The cursor was changed, or cut off.' });
  const result = (key ?? CursorKey).safeParse(parsed.data);
  if (!result.success) throw refused('cursor-invalid', { detail: 'The cursor comes from another list.' });
  return result.data as z.infer<Key>;
}

/**
 * A page of `limit` from up to `limit + 1` rows: ask the database for one more than wanted, and this says whether there is a next page.
 * Rows must come in an order that `cursorOf` names fully (end with the id), or a page boundary loses some.
 */
export function page<Item>(rows: readonly Item[], limit: number, cursorOf: (item: Item) => CursorKey): Page<Item> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? encodeCursor(cursorOf(last)) : null };
}

function jsonOf(cursor: string): unknown {
  if (!/^[A-Za-z0-9_-]{1,1000}$/.test(cursor)) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return isStorable(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
