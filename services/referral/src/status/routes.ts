import { randomUUID } from 'node:crypto';
import {
  FeedbackTaken,
  NewFeedback,
  NewWithdrawal,
  ReferralStatus,
  SlipHolder,
  WithdrawalTaken,
} from '@rohnamo/contracts';
import type { Unit } from '@rohnamo/journal';
import { addressOf, createLimit, problemResponses, publicAccess, type Server } from '@rohnamo/service-kit';
import type { Context } from '../context.ts';
import { evenly } from './evenly.ts';
import { feedbackChange } from './feedback.ts';
import { registerFeedback } from './feedback-routes.ts';
import { createGuesses } from './guesses.ts';
import { askedBy, findSlip, type Found, nothing, settle } from './holder.ts';
import { statusOf, thanks, withdrawn } from './phrases.ts';
import type { StatusStore } from './store.ts';
import { withdrawalBy } from './withdraw.ts';

const perAddress = { max: 60, windowSeconds: 60 };

/**
 * What a person asks and says who has a slip and no client. The answer is the same, and leaves after the same time, for a slip
 * that is not known, a wrong birth year, a consent that was withdrawn, and a referral that should not have been.
 */
export function registerStatus(
  app: Server,
  context: Context,
  { slips, onWithdrawn }: { slips: StatusStore; onWithdrawn: () => void },
): void {
  const limitAddress = createLimit(app, {
    ...perAddress,
    name: 'minute',
    keyOf: (request) => `status ${addressOf(request)}`,
  });
  const guesses = createGuesses(context.now);
  const door = {
    config: { access: publicAccess, rateLimited: false },
    onRequest: async (
      request: Parameters<typeof limitAddress>[0],
      reply: { headers(values: Record<string, string>): unknown },
    ) => void reply.headers(await limitAddress(request)),
  };
  const problems = problemResponses('dependency-unavailable', 'overloaded', 'outcome-unknown');

  app.post(
    '/v1/status',
    {
      ...door,
      schema: {
        tags: ['status'],
        operationId: 'askStatus',
        summary: 'Where is my referral?',
        description:
          'For the person, by the code of their slip and the year of their birth; without a token. Four phrases, which name no place, need or service. Whatever does not fit is answered `ask`, like everything that somebody has to do something about.',
        body: SlipHolder,
        response: { 200: ReferralStatus, ...problems },
      },
    },
    async (request, reply) => {
      const status = await evenly(async () => {
        const now = context.now();
        const found = await findSlip(context, slips, request.body);
        const takeBack = guesses.count(request, { isKnown: found !== null });
        await settle(context, askedBy(found, now));
        const answer = found?.isTheirs === true ? statusOf(found.row, found.slip, now) : statusOf(null, null, now);
        // What is answered `ask` counts as a guess, right or wrong: else the waiting would tell which.
        if (answer.code !== 'ask') takeBack();
        return answer;
      });
      return reply.header('cache-control', 'no-store').send(status);
    },
  );

  app.post(
    '/v1/status/feedback',
    {
      ...door,
      schema: {
        tags: ['status'],
        operationId: 'giveFeedback',
        summary: 'Say whether it helped',
        description:
          'For the person, as above. The supervisors of both sides hear it, and nobody of whom it is said. Of each kind once; the answer is the same whatever came of it.',
        body: NewFeedback,
        response: { 202: FeedbackTaken, ...problems },
      },
    },
    async (request, reply) => {
      await evenly(async () => {
        const found = await findSlip(context, slips, request.body);
        guesses.count(request, { isKnown: found !== null });
        await settle(context, await toldBy(context, slips, found, request.body));
      });
      return reply.code(202).header('cache-control', 'no-store').send({ phrase: thanks });
    },
  );

  app.post(
    '/v1/status/withdraw',
    {
      ...door,
      schema: {
        tags: ['status'],
        operationId: 'withdrawBySlip',
        summary: 'Withdraw the consent',
        description:
          'For the person, as above, without the office that recorded it: the consent that this referral leans on. Sharing stops at once, in every referral under it, also while the registry cannot be told; it is told as soon as it answers. The answer is the same whatever came of it. Nobody has a slip of a sensitive referral: such a consent is withdrawn at any desk that recorded it, or by word to a supervisor’s office.',
        body: NewWithdrawal,
        response: { 202: WithdrawalTaken, ...problems },
      },
    },
    async (request, reply) => {
      await evenly(async () => {
        const found = await findSlip(context, slips, request.body);
        guesses.count(request, { isKnown: found !== null });
        await settle(context, withdrawalBy(found, context.now()));
      });
      onWithdrawn();
      return reply.code(202).header('cache-control', 'no-store').send({ phrase: withdrawn });
    },
  );

  registerFeedback(app, context, slips);
}

/** What is written of what somebody says: it, or that they were turned away, or nothing. */
async function toldBy(context: Context, slips: StatusStore, found: Found | null, said: NewFeedback): Promise<Unit> {
  const now = context.now();
  const ended = found === null ? [] : await context.store.endedTasksOf(found.row);
  const change = found && feedbackChange(found, said, { ended, now });
  const isSaid = await slips.isSaid(change?.id ?? randomUUID());
  if (found !== null && !found.isTheirs) return askedBy(found, now);
  return change === null || isSaid ? nothing(now) : { changes: [change] };
}
