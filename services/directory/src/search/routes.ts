import { FacilityFound, Id } from '@rohnamo/contracts';
import {
  canonicalJson,
  decodeCursor,
  page,
  pageOf,
  problemResponses,
  publicAccess,
  refused,
  type Server,
} from '@rohnamo/service-kit';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { SearchQuery } from './question.ts';
import type { After, Wanted } from './statement.ts';
import { createSearch } from './store.ts';

/** What a cursor of the look-up holds: which search it belongs to, and the last facility given. */
const SearchCursor = z.tuple([z.string(), z.number().min(0).nullable(), Id]);

/** `GET /v1/facilities`: the public look-up. */
export function registerSearch(app: Server, { journal }: Context): void {
  const search = createSearch(journal.pool);

  app.get(
    '/v1/facilities',
    {
      config: { access: publicAccess },
      schema: {
        tags: ['facilities'],
        operationId: 'findFacilities',
        summary: 'Look facilities up',
        description:
          'For everybody, without a token. Open facilities, each with what it offers; the nearest first where `near` is given, else in the order in which they were recorded. A facility whose place is confidential is never among them. A question about a person does not belong here: it is a POST to the service that knows the person.',
        querystring: SearchQuery,
        response: {
          200: pageOf(FacilityFound),
          ...problemResponses('cursor-invalid'),
        },
      },
    },
    async ({ query }) => {
      const { cursor, ...wanted } = query;
      const found = await search.find(wanted, afterOf(cursor, wanted));
      const { items, next } = page(found, wanted.limit, ({ id, distanceKm }) => [searchOf(wanted), distanceKm, id]);
      return { items: await search.describe(items), next };
    },
  );
}

/** Refuses with cursor-invalid the cursor of another search: its place means nothing in this one. */
function afterOf(cursor: string | undefined, wanted: Wanted): After | null {
  const decoded = decodeCursor(cursor, SearchCursor);
  if (decoded === null) return null;
  const [search, distanceKm, id] = decoded;
  if (search !== searchOf(wanted) || (distanceKm === null) !== (wanted.near === undefined))
    throw refused('cursor-invalid', { detail: 'The cursor comes from a search for something else.' });
  return { distanceKm, id };
}

/** A short name of what is searched for; pages of one search may differ in length. */
function searchOf({ limit: _length, ...filters }: Wanted): string {
  return createHash('sha256').update(canonicalJson(filters)).digest('base64url').slice(0, 16);
}
