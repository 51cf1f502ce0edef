import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { createSampleApp, type SampleApp } from '../test/sample-app.ts';
import { publicAccess } from './access.ts';

let sample: SampleApp;
beforeAll(async () => {
  sample = await createSampleApp();
  const querystring = z.strictObject({ state: z.enum(['open', 'closed']).optional(), text: z.string().optional() });
  sample.app.get('/open/list', { config: { access: publicAccess }, schema: { querystring } }, async () => ({}));
});
afterAll(() => sample.app.close());

const empty = 'must not be empty: give it a value, or leave it out';
const repeated = 'is sent more than once: send it once';
const unknown = 'is not known here';

it.each([
  ['state=', [{ parameter: 'state', in: 'query', detail: empty }]],
  ['state', [{ parameter: 'state', in: 'query', detail: empty }]],
  ['text=', [{ parameter: 'text', in: 'query', detail: empty }]],
  ['state=open&state=open', [{ parameter: 'state', in: 'query', detail: repeated }]],
  ['text=a&text=', [{ parameter: 'text', in: 'query', detail: repeated }]],
  ['more=', [{ parameter: 'more', in: 'query', detail: unknown }]],
  [
    'more=1&more=2&text=',
    [
      { parameter: 'more', in: 'query', detail: unknown },
      { parameter: 'text', in: 'query', detail: empty },
    ],
  ],
])(
  'a query parameter that is empty or repeated is refused, and told apart from one that is not known: ?%s',
  async (query, errors) => {
    const answer = await sample.app.inject(`/open/list?${query}`);
    expect(answer.statusCode).toBe(422);
    expect(answer.json<{ errors: unknown }>().errors).toEqual(errors);
  },
);
