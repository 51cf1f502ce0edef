import type { Ask, WholeAnswer } from './asking.ts';
import type { TokenRequest } from './test-issuer.ts';
import type { SightTable } from './visibility.ts';

interface Noting {
  /** Every route of the service; those with a door are asked. */
  routes: readonly { method: string; path: string; access: { kind: 'public' | 'allowed' } }[];
  viewers: Readonly<Record<string, TokenRequest>>;
  /** What to ask a route, over a subject of its own, so that the answers before do not matter. */
  requestFor(route: string): Promise<{ url: string; body?: object; headers?: Record<string, string> }>;
  ask: Ask;
  /** The entries of the service's journal. */
  entries(): Promise<{ id: string; type: string }[]>;
}

/**
 * What each route leaves in the journal for each viewer by the time that its answer is there: the types of its entries
 * without their version, `none`, or `403` where it does not get past the door.
 */
export async function foundLooks({ routes, viewers, requestFor, ask, entries }: Noting): Promise<SightTable> {
  const table: SightTable = {};
  for (const { method, path } of routes.filter((route) => route.access.kind === 'allowed' && route.method !== 'HEAD')) {
    const route = `${method} ${path}`;
    const row: Record<string, string> = {};
    for (const [viewer, as] of Object.entries(viewers)) {
      const request = await requestFor(route);
      const before = new Set((await entries()).map(({ id }) => id));
      const answer = await ask({ method, as, ...request });
      const left = (await entries()).filter(({ id }) => !before.has(id)).map(({ type }) => type.replace(/\.v\d+$/, ''));
      row[viewer] = left.length > 0 ? left.toSorted().join('+') : nothingLeft(answer);
    }
    table[route] = row;
  }
  return table;
}

const nothingLeft = ({ status }: WholeAnswer): string => (status === 403 ? '403' : 'none');
