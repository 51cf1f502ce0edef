import { type EventData, type FeedEvent, FeedPage, Id } from '@rohnamo/contracts';
import { type PlacedEntry, readFeedOf } from '@rohnamo/journal';
import {
  allow,
  cursorBeyondTheEnd,
  decodeCursor,
  encodeCursor,
  PageQuery,
  problemResponses,
  type Server,
} from '@rohnamo/service-kit';
import type { Pool } from 'pg';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { feedOfClient } from '../subscriptions/decide.ts';
import { onceEach, type Reader } from './once.ts';

const FeedQuery = PageQuery.extend({
  cursor: z.string().min(1).max(1000).optional().describe('`next` of the page before; without it, from the beginning'),
});
/** The position of the last line, and its entry; of a cursor that was given before it was kept, the position alone. */
const FeedCursor = z.union([z.tuple([z.int().min(0)]), z.tuple([z.int().min(1), Id])]);

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
          'Every event of a referral to which your organisation is a party; and `subscription.rotated.v1` and `subscription.stopped.v1` where somebody else did that to a subscription of yours: then `id` is the subscription. Keep `next`, and ask again with it: nothing is skipped and nothing comes twice, however late you ask. After a restore of the service it is refused (`cursor-invalid`): begin without one, and pass over the `eventId`s that you have. An empty page means that there is nothing new yet.',
        querystring: FeedQuery,
        response: { 200: FeedPage, ...problemResponses('cursor-invalid') },
      },
    },
    async (request) => {
      const { cursor, limit } = request.query;
      const { organisationId, clientId, deskIds } = request.caller;
      const [after, entry] = decodeCursor(cursor, FeedCursor) ?? [0];
      const audiences = [organisationId, ...deskIds, feedOfClient({ organisationId, clientId })];
      const [{ entries, last }, newest, isThere] = await Promise.all([
        readOnce(journal.pool, { audiences, after, limit, reader: { organisationId, deskIds } }),
        checkpoint.read(),
        journal.reaches({ position: after, ...(entry !== undefined && { entry }) }),
      ]);
      if (!isThere) throw cursorBeyondTheEnd();
      return {
        items: entries.map(lineOf),
        next: encodeCursor(last ? [last.position, last.id] : entry === undefined ? [after] : [after, entry]),
        checkpoint: newest,
      };
    },
  );
}

/** A page of the feed, each event in it once; `last` is where the next one goes on behind. Empty only where there is nothing more. */
async function readOnce(
  pool: Pool,
  { reader, ...query }: { audiences: readonly string[]; after: number; limit: number; reader: Reader },
): Promise<{ entries: PlacedEntry[]; last: PlacedEntry | undefined }> {
  for (let { after } = query, last: PlacedEntry | undefined; ; after = last.position) {
    const read = await readFeedOf(pool, { ...query, after });
    const entries = await onceEach(pool, read, reader);
    last = read.at(-1) ?? last;
    if (entries.length > 0 || read.length < query.limit || last === undefined) return { entries, last };
  }
}

/** Of a notice, the event that it tells of; of what was done to a subscription, that event itself. */
function lineOf({ id, kind, subject, type, time, version, data }: PlacedEntry): FeedEvent {
  if (kind === 'subscription')
    return { id: subject, type, eventId: id, time: time.toISOString(), sequence: version ?? 0 };
  const { referralId, eventType, eventId, occurredAt, sequence } = data as EventData<'notice.raised.v1'>; // nothing else has an audience
  return { id: referralId, type: eventType, eventId, time: occurredAt, sequence };
}
