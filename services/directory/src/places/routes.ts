import { Place, PlaceId, PlaceLevel } from '@rohnamo/contracts';
import {
  decodeCursor,
  page,
  pageOf,
  PageQuery,
  problemResponses,
  publicAccess,
  type Server,
} from '@rohnamo/service-kit';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { NameSought } from '../names/name-sought.ts';
import { placeRecord } from './decide.ts';
import { createPlaceStore } from './store.ts';

const PlaceQuery = PageQuery.extend({
  level: z
    .string()
    .regex(/^\d$/, 'must be a whole number')
    .meta({ examples: ['2'] })
    .transform(Number)
    .pipe(PlaceLevel)
    .optional()
    .describe('1 region, 2 district or town, 3 jamoat, 4 village'),
  parent: PlaceId.optional().describe('Only units of this unit'),
  name: NameSought.optional()
    .describe('Every word begins a word of one of its names, former ones too, in whatever script or spelling')
    .meta({ examples: ['Шугнан'] }),
});

/** `GET /v1/places`: the administrative units, for everybody. */
export function registerPlaces(app: Server, { db }: Context): void {
  const store = createPlaceStore(db);
  app.get(
    '/v1/places',
    {
      config: { access: publicAccess },
      schema: {
        tags: ['places'],
        operationId: 'listPlaces',
        summary: 'List administrative units',
        description:
          'For everybody, without a token. By code, as imported. A name may occur twice: a town and the district around it.',
        querystring: PlaceQuery,
        response: { 200: pageOf(Place), ...problemResponses('cursor-invalid') },
      },
    },
    async ({ query: { cursor, limit, ...wanted } }) => {
      const after = decodeCursor(cursor, z.tuple([PlaceId]));
      const rows = await store.list({ ...wanted, afterCode: after?.[0] ?? null, limit: limit + 1 });
      const { items, next } = page(rows, limit, ({ code }) => [code]);
      return { items: items.map(placeRecord), next };
    },
  );
}
