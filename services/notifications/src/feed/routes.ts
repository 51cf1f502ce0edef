import { type EventData, FeedPage } from '@rohnamo/contracts';
import { readFeedOf } from '@rohnamo/journal';
import { allow, decodeCursor, encodeCursor, PageQuery, problemResponses, type Server } from '@rohnamo/service-kit';
import { z } from 'zod';
import type { Context } from '../context.ts';

const FeedQuery = PageQuery.extend({
  cursor: z.string().min(1).max(1000).optional().describe('`next` of the page before; without it, from the beginning'),
});
const FeedCursor = z.tuple([z.int().min(0)]);

/** `GET /v1/events`: what a webhook would have said, for whoever asks instead of being called. */
export function registerFeed(app: Server, { journal, checkpoint }: Context): void {
  app.get(
    '/v1/events',
    {
      config: { access: allow({ roles: ['facility', 'migration-service', 'supervisor'], scope: 'events:read' }) },
      schema: {
        tags: ['feed'],
        operationId: 'listEvents',
        summary: 'Read the events of your organisation, oldest first',
        description:
          'Every event of a referral to which your organisation is a party. Keep `next`, and ask again with it: nothing is skipped and nothing comes twice, however late you ask. An empty page means that there is nothing new yet.',
        querystring: FeedQuery,
        response: { 200: FeedPage, ...problemResponses('cursor-invalid') },
      },
    },
    async (request) => {
      const { cursor, limit } = request.query;
      const { organisationId, deskIds } = request.caller;
      const after = decodeCursor(cursor, FeedCursor)?.[0] ?? 0;
      const [entries, newest] = await Promise.all([
        readFeedOf(journal.pool, { audiences: [organisationId, ...deskIds], after, limit }),
        checkpoint.read(),
      ]);
      return {
        items: entries.map(({ data }) => {
          const { referralId, eventType, eventId, occurredAt, sequence } = data as EventData<'notice.raised.v1'>; // only notices have an audience
          return { id: referralId, type: eventType, eventId, time: occurredAt, sequence };
        }),
        next: encodeCursor([entries.at(-1)?.position ?? after]),
        checkpoint: newest,
      };
    },
  );
}
