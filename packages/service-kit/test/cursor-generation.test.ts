import type { Generation } from '@rohnamo/journal';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { publicAccess } from '../src/access.ts';
import { registerCursorGeneration } from '../src/cursor-generation.ts';
import { decodeCursor, encodeCursor, page, pageOf, PageQuery } from '../src/pagination.ts';
import type { Server } from '../src/server.ts';
import { createSampleApp } from './sample-app.ts';

const numbers = [1, 2, 3, 4, 5];
let life: Generation = { id: '11111111-0000-4000-8000-000000000000', isRestored: false };
let app: Server;
beforeAll(async () => {
  ({ app } = await createSampleApp());
  registerCursorGeneration(app, () => Promise.resolve(life));
  const config = { access: publicAccess };
  const response = { 200: pageOf(z.number()) };
  const read = ({ cursor, limit }: { cursor?: string | undefined; limit: number }) => {
    const [after] = decodeCursor(cursor, z.tuple([z.number()])) ?? [0];
    return page(
      numbers.filter((each) => each > after),
      limit,
      (each) => [each],
    );
  };
  app.get('/open/numbers', { config, schema: { querystring: PageQuery, response } }, async ({ query }) => read(query));
  const body = z.strictObject({ cursor: z.string().optional(), limit: z.number() });
  app.post('/open/numbers', { config, schema: { body, response } }, async (request) => read(request.body));
});

const ways = {
  query: (cursor?: string) =>
    app.inject({ url: '/open/numbers', query: { limit: '2', ...(cursor === undefined ? {} : { cursor }) } }),
  body: (cursor?: string) => app.inject({ method: 'POST', url: '/open/numbers', payload: { cursor, limit: 2 } }),
};
type Way = keyof typeof ways;
interface Answer {
  items: number[];
  next: string | null;
  type?: string;
  detail?: string;
}
const ask = async (way: Way, cursor?: string): Promise<Answer> => (await ways[way](cursor)).json<Answer>();

describe.each(Object.keys(ways) as Way[])('a cursor in the %s', (way) => {
  it('goes through the whole list, each item once', async () => {
    const read: number[] = [];
    for (let cursor: string | undefined; ;) {
      const { items, next } = await ask(way, cursor);
      read.push(...items);
      if (next === null) break;
      cursor = next;
    }
    expect(read).toEqual(numbers);
  });

  it('of before a restore is refused, and says how to go on; one of before lives were kept stands until the first', async () => {
    const first = life;
    const { next } = await ask(way);
    const bare = encodeCursor([2]);
    expect(await ask(way, bare)).toMatchObject({ items: [3, 4] });
    try {
      life = { id: '22222222-0000-4000-8000-000000000000', isRestored: true };
      for (const cursor of [next!, bare]) {
        const refused = await ask(way, cursor);
        expect(refused).toMatchObject({
          type: '/problems/cursor-invalid',
          detail: expect.stringMatching(/restored.*Begin without a cursor/),
        });
      }
      expect(await ask(way, (await ask(way)).next!)).toMatchObject({ items: [3, 4] });
    } finally {
      life = first;
    }
  });

  it.each(['', '.', '11111111.', `11111111.11111111.${encodeCursor([2])}`, `1111111.${encodeCursor([2])}`])(
    'that is %j is refused',
    async (cursor) => {
      const answer = await ways[way](cursor);
      expect(answer.statusCode).toBe(422);
    },
  );
});
