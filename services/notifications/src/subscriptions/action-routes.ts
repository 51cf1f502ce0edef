import { Id, IssuedSubscription, Subscription } from '@rohnamo/contracts';
import { decideAndRecord, type Decision } from '@rohnamo/journal';
import {
  changeHeaders,
  etagOf,
  keyOf,
  problemResponses,
  type Refused,
  type Server,
  settled,
  versionMismatch,
} from '@rohnamo/service-kit';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { managerOf, managers, own } from '../access.ts';
import type { Context } from '../context.ts';
import type { SubscriptionRow } from '../schema.ts';
import { rotate, type Said, stop } from './decide.ts';
import { newSecret } from './sealed-secret.ts';
import { saidBy, viewOf } from './view.ts';

const action = {
  tags: ['subscriptions'],
  params: z.object({ id: Id }),
  headers: changeHeaders,
};
const problems = problemResponses(
  'not-found',
  'illegal-action',
  'contention',
  'version-mismatch',
  'idempotency-key-reused',
);

/** `POST /v1/subscriptions/{id}/stop`. @param onStopped told that what waits can be given up. */
export function registerStop(app: Server, context: Context, onStopped: () => void): void {
  app.post(
    '/v1/subscriptions/:id/stop',
    {
      config: { access: managers },
      schema: {
        ...action,
        operationId: 'stopSubscription',
        summary: 'Stop a subscription',
        description:
          'For good: nothing more is sent, and deliveries that wait are given up. The pull feed is not touched. Where an administrator stops it, its owner reads so in their pull feed.',
        response: { 200: Subscription, ...problems },
      },
    },
    async (request, reply) => {
      const { row } = await act(context, request, request.params.id, stop);
      onStopped();
      return reply.header('etag', etagOf(row.version)).send(viewOf(row));
    },
  );
}

/** `POST /v1/subscriptions/{id}/rotate-secret`. */
export function registerRotation(app: Server, context: Context): void {
  const { secrets } = context;
  app.post(
    '/v1/subscriptions/:id/rotate-secret',
    {
      config: { access: managers },
      schema: {
        ...action,
        operationId: 'rotateSubscriptionSecret',
        summary: 'Get a new signing secret',
        description:
          'Shown once. For 24 hours calls carry two signatures, by the new secret and by the one before it: take the new one into use in that time. Where the answer is lost, ask again: the secret that is in use keeps its time. Where an administrator asks for it, the owner reads so in their pull feed.',
        response: { 200: IssuedSubscription, ...problems },
      },
    },
    async (request, reply) => {
      const secret = newSecret();
      const { row, isRepeat } = await act(context, request, request.params.id, (before, said) => {
        const sealed = {
          secret: secrets.seal(secret, { column: 'secret', row: before.id }),
          previousSecret: secrets.move(before.secret, { row: before.id, from: 'secret', to: 'previous_secret' }),
        };
        return rotate(before, sealed, said);
      });
      return reply.header('etag', etagOf(row.version)).send({ ...viewOf(row), ...(isRepeat ? {} : { secret }) });
    },
  );
}

/** Decides over a subscription that the caller looks after and records it; a repeat of the request finds the subscription as it is now. */
async function act(
  { journal, subscriptions, now }: Context,
  request: FastifyRequest,
  id: string,
  decide: (row: SubscriptionRow, said: Said) => Decision<SubscriptionRow, Refused>,
): Promise<{ row: SubscriptionRow; isRepeat: boolean }> {
  const manager = managerOf(request.caller);
  const written = settled(
    await decideAndRecord({
      journal,
      key: keyOf(request),
      read: () => own(subscriptions.find(id, manager)),
      decide: (row) => versionMismatch(request.headers['if-match'], row.version) ?? decide(row, saidBy(request, now())),
    }),
  );
  if (written.kind === 'recorded') return { row: written.result, isRepeat: false };
  return { row: await own(subscriptions.find(written.subject, manager)), isRepeat: true };
}
