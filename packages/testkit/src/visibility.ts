import { isDeepStrictEqual } from 'node:util';
import { type Ask, problemTypeOf, type WholeAnswer } from './asking.ts';
import type { TokenRequest } from './test-issuer.ts';
import { wordsOf } from './words-of.ts';

export type SightTable = Record<string, Record<string, string>>;

interface Looking {
  /** Every route of the service: those about one subject, with `:id` in their paths, are looked at. */
  routes: readonly { method: string; path: string }[];
  /** The id of the subject that a route is about. */
  subjectOf(route: string): string;
  /** An id of the same form that nothing has. */
  nothing: string;
  viewers: Readonly<Record<string, TokenRequest>>;
  /** What is said beside the id, so that nothing but the id can be refused. */
  bodyOf?(route: string): object | undefined;
  ask: Ask;
}

/**
 * An expectation for each route about a subject and each viewer: `seen`, `404` as if there were nothing, `closed` where only
 * that much is told, or `403` from the door. The first line names the viewers. Throws for a line that lacks a cell.
 */
export function sightTable(text: string): SightTable {
  const [viewers = [], ...lines] = wordsOf(text);
  const rows = lines.map(([method = '', path = '', ...cells]): [string, Record<string, string>] => {
    if (cells.length !== viewers.length) throw new Error(`${method} ${path} lacks an expectation`);
    return [`${method} ${path}`, Object.fromEntries(viewers.map((viewer, at) => [viewer, cells[at] ?? '']))];
  });
  return Object.fromEntries(rows);
}

/**
 * The same table, found out: each viewer asks each route about the subject and about nothing, and a 404 counts only when the
 * two answers are equal, headers too, in all but what is different each time.
 */
export async function foundSights(looking: Looking): Promise<SightTable> {
  const { routes, subjectOf, nothing, viewers, bodyOf, ask } = looking;
  const table: SightTable = {};
  for (const { method, path } of routes.filter((route) => route.path.includes(':id') && route.method !== 'HEAD')) {
    const route = `${method} ${path}`;
    const headers: Record<string, string> = method === 'PATCH' ? { 'if-match': '"1"' } : {};
    const row: Record<string, string> = {};
    for (const [viewer, as] of Object.entries(viewers)) {
      const about = (id: string) => ask({ method, url: path.replace(':id', id), as, body: bodyOf?.(route), headers });
      row[viewer] = sightOf(await about(subjectOf(route)), await about(nothing));
    }
    table[route] = row;
  }
  return table;
}

function sightOf(subject: WholeAnswer, none: WholeAnswer): string {
  if (subject.status === 403 && problemTypeOf(subject) === '/problems/forbidden') return '403';
  if (subject.status === 403 && problemTypeOf(subject) === '/problems/details-closed') return 'closed';
  if (none.status !== 404) return `tells: of nothing it says ${none.status} ${String(problemTypeOf(none))}`;
  if (subject.status !== 404) return 'seen';
  const [one, other] = [tellingOf(subject), tellingOf(none)];
  return isDeepStrictEqual(one, other) ? '404' : `tells: ${JSON.stringify(one)}, of nothing ${JSON.stringify(other)}`;
}

/** All of an answer but what is different each time: its name, its time, and how many requests are left. */
function tellingOf({ status, headers, body }: WholeAnswer) {
  const changing = /^(x-request-id|date|content-length|ratelimit.*|x-ratelimit.*|traceparent)$/;
  const kept = Object.entries(headers).filter(([name]) => !changing.test(name));
  return {
    status,
    headers: Object.fromEntries(kept),
    body: typeof body === 'object' ? { ...body, instance: '' } : body,
  };
}
