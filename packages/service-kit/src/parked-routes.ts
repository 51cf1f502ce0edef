import { Id, Timestamp, topics } from '@rohnamo/contracts';
import type { ParkedEvent, Parking } from '@rohnamo/messaging';
import { z } from 'zod';
import { allow } from './access.ts';
import type { Logger } from './logger.ts';
import { decodeCursor, page, pageOf, PageQuery } from './pagination.ts';
import { problemResponses, refused } from './problem.ts';
import type { Server } from './server.ts';

const Group = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{0,99}$/, 'must be the name of a group')
  .meta({ examples: ['referral'] });
/** Why an event is discarded: a code, for words could name somebody. */
const ReasonCode = z
  .string()
  .regex(/^[a-z][a-z-]{2,63}$/, 'must be a code of lower-case letters and dashes')
  .meta({ examples: ['done-by-hand'] });
/** A version; below 0 for a message whose sequence cannot be told. */
const Sequence = z.int().meta({ examples: [7] });
/** Of which kind the subject is: the first word of its events' types. */
const Kind = z
  .enum(Object.keys(topics) as [keyof typeof topics, ...(keyof typeof topics)[]])
  .meta({ examples: ['referral'] });
const Which = { group: Group, kind: Kind, subject: Id, sequence: Sequence };

const Parked = z.object({
  ...Which,
  id: Id.nullable().describe('Null for a message that cannot be read'),
  type: z
    .string()
    .nullable()
    .meta({ examples: ['referral.sent.v1'] }),
  messageAt: z
    .string()
    .nullable()
    .describe('Where a message lies that cannot be read: topic, partition, offset')
    .meta({ examples: ['referral:2:4711'] }),
  parkedAt: Timestamp,
  attempts: z
    .int()
    .describe(
      'How often it was tried; 0 while it waits behind another of its subject, or for what is missing before it',
    ),
  reason: z
    .string()
    .describe('Code or name of the last error; `gap`: an event before it is missing; `unreadable`; `queued`')
    .meta({ examples: ['TypeError'] }),
});
export const Replay = z.strictObject({ group: Group.optional(), kind: Kind.optional(), subject: Id.optional() });
export const Discard = z.strictObject({
  ...Which,
  kind: Kind.optional().describe('Only needed where events of several kinds are parked under one id'),
  reason: ReasonCode,
});
const Replayed = z.object({
  replayed: z.int().describe('Events that were handled, and are parked no more'),
  failed: z.array(z.object({ ...Which, reason: z.string() })).describe('The first of each subject that failed again'),
});

const operators = allow({ roles: ['operator'], scope: 'operations:manage' });
const tags = ['operations'];
const CursorKey = z.tuple([Group, Kind, Id, Sequence]);

/** A parked event as operators see it: nothing of what it carries. */
export const parkedView = ({ parkedAt, ...parked }: ParkedEvent): z.infer<typeof Parked> => ({
  ...parked,
  parkedAt: parkedAt.toISOString(),
});

/** What operators can do about events that a service has parked. */
export function registerParked(app: Server, { parking, logger }: { parking: Parking; logger: Logger }): void {
  app.get(
    '/v1/parked',
    {
      config: { access: operators },
      schema: {
        tags,
        operationId: 'listParkedEvents',
        summary: 'List events that were parked',
        description:
          'By group, kind, subject and sequence: each subject is a queue, and its first event is what failed.',
        querystring: PageQuery,
        response: { 200: pageOf(Parked), ...problemResponses('cursor-invalid') },
      },
    },
    async ({ query: { limit, cursor } }) => {
      const rows = await parking.list({ after: decodeCursor(cursor, CursorKey), limit: limit + 1 });
      return page(rows.map(parkedView), limit, ({ group, kind, subject, sequence }) => [
        group,
        kind,
        subject,
        sequence,
      ]);
    },
  );

  app.post(
    '/v1/parked/replay',
    {
      config: { access: operators },
      schema: {
        tags,
        operationId: 'replayParkedEvents',
        summary: 'Handle parked events again',
        description:
          'Each subject in its order, until one of its events fails again; a thousand events at most. Of one group or all, of one kind or all, of one subject or all. Safe to repeat.',
        body: Replay,
        response: { 200: Replayed },
      },
    },
    async ({ body, caller: { clientId } }) => {
      const done = await parking.replay(body);
      logger.info(
        { clientId, group: body.group, subjectKind: body.kind, subjectId: body.subject, count: done.replayed },
        'parked events replayed',
      );
      return done;
    },
  );

  app.post(
    '/v1/parked/discard',
    {
      config: { access: operators },
      schema: {
        tags,
        operationId: 'discardParkedEvent',
        summary: 'Discard a parked event',
        description:
          'It is never handled, for the reason that is given, which is logged. What waits behind it waits for a replay.',
        body: Discard,
        response: { 200: Parked, ...problemResponses('not-found') },
      },
    },
    async ({ body: { reason, ...which }, caller: { clientId } }) => {
      const discarded = await parking.discard(which);
      if (discarded === null) throw refused('not-found');
      if (discarded === 'ambiguous')
        throw refused('invalid-field', { errors: [{ pointer: '#/kind', detail: ambiguous }] });
      logDiscarded(logger, { discarded, reason, clientId });
      return parkedView(discarded);
    },
  );
}

/** What to do where an id is that of things of several kinds. */
export const ambiguous = 'must be named: events of several kinds are parked under this id and sequence';

/** The record that an effect was given up: with which event, by whom, why. */
export function logDiscarded(
  logger: Logger,
  { discarded, reason, clientId }: { discarded: ParkedEvent; reason: string; clientId?: string },
): void {
  const { group, kind: subjectKind, subject: subjectId, sequence: position, type } = discarded;
  logger.warn(
    {
      clientId,
      group,
      subjectKind,
      subjectId,
      position,
      eventType: type ?? undefined,
      errorCode: discarded.reason,
      reasonCode: reason,
    },
    'a parked event was discarded',
  );
}
