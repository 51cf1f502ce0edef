import { isSensitive, RecommendationQuestion, Recommendations } from '@rohnamo/contracts';
import { allow, problemResponses, type Server } from '@rohnamo/service-kit';
import type { FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import { asTold } from '../lifecycle/told-priority.ts';
import { denied, noteLook, seenBy } from '../look.ts';
import { refersIn } from '../party.ts';
import { detailsOpen } from '../read/view.ts';
import { createPlaces } from './places.ts';
import { recommend } from './recommend.ts';
import { createResponseTimes } from './response-times.ts';
import { createTakenOn } from './store.ts';
import { type Wanted, wantedByNeed, wantedFor } from './wanted.ts';

/** What is asked, as far as the caller may have it answered. */
interface Question {
  wanted: Wanted;
  isOfPlacesAlone: boolean;
}

/** `POST /v1/recommendations`: where a person could be sent. It is a question about a person, so nothing of it stands in a URL. */
export function registerRecommendation(app: Server, context: Context): void {
  const { journal, now } = context;
  const knowledge = {
    places: createPlaces(journal.pool),
    responseTimes: createResponseTimes({ pool: journal.pool, now }),
    takenOn: createTakenOn(journal.pool),
  };
  app.post(
    '/v1/recommendations',
    {
      config: { access: allow({ roles: ['migration-service', 'facility', 'supervisor'], scope: 'referrals:refer' }) },
      schema: {
        tags: ['refer'],
        operationId: 'recommendFacilities',
        summary: 'Ask which facilities can take a person',
        description:
          'By need and place, or for a referral of yours, which leaves out where it is and where it could not stay. The best first, each with the reasons for its rank. Of a sensitive need only what a desk of its own receives is offered, and to a supervisor nothing; in an emergency only what is not known to be closed, and `advice` says what to do first. Facilities whose place is confidential are not among them.',
        body: RecommendationQuestion,
        response: { 200: Recommendations, ...problemResponses('not-found', 'details-closed') },
      },
    },
    async (request) => {
      const { body } = request;
      const question =
        'referralId' in body
          ? await questionFor(context, request, body.referralId)
          : { wanted: wantedByNeed(body), isOfPlacesAlone: false };
      return recommend(context, knowledge, question);
    },
  );
}

/**
 * What a party may ask for a referral. An answer tells something of the need, so where that is sensitive it is for whoever
 * refers and, once they have accepted, for the desk, which knows already that it is confidential. A supervisor is told of places alone; of
 * a sensitive need of none, as where there is none, for a refusal would say what it is refused for. Before acceptance nothing hangs
 * on whom the person prefers to be seen by. From whom it was taken away it goes nowhere.
 * @throws not-found, details-closed
 */
async function questionFor(context: Context, request: FastifyRequest, id: string): Promise<Question> {
  const seen = await seenBy(context, request, { id, row: await context.store.referral(id) });
  const { row, party } = seen;
  if (party.as === 'former' || party.as === 'successor')
    throw await denied(context, request, { id, code: 'not-found' });
  const isHidden = isSensitive(row.needCategory);
  const seesTheNeed = refersIn(party) || (party.as === 'facility' && detailsOpen(row, context.now()));
  if (party.as === 'facility' && !seesTheNeed && isHidden)
    throw await denied(context, request, { id, code: 'details-closed' });
  // A supervisor is not told of an emergency that the need alone explains, by no advice either.
  const wanted = wantedFor(party.as === 'supervisor' ? asTold(row) : row, await context.store.endedTasksOf(row));
  await noteLook(context, request, seen);
  if (party.as === 'supervisor') return { wanted: isHidden ? nowhere(wanted) : wanted, isOfPlacesAlone: true };
  return { wanted: seesTheNeed ? wanted : { ...wanted, provider: null }, isOfPlacesAlone: false };
}

const nowhere = (wanted: Wanted): Wanted => ({ ...wanted, bestServices: [], services: [] });
