import { WorklistItem, WorklistQuery } from '@rohnamo/contracts';
import { allow, pageOf, problemResponses, type Server } from '@rohnamo/service-kit';
import type { Context } from '../context.ts';
import { noteList } from '../look.ts';
import { itemOf, workOfCaller } from './list.ts';
import { createWorklistStore } from './store.ts';

/** `POST /v1/worklist`: what the caller must do next. */
export function registerWorklist(app: Server, context: Context): void {
  const store = createWorklistStore(context.journal.pool);

  app.post(
    '/v1/worklist',
    {
      config: { access: allow({ roles: ['migration-service', 'facility', 'supervisor'], scope: 'referrals:read' }) },
      schema: {
        tags: ['read'],
        operationId: 'listWork',
        summary: 'What you must do next, the most urgent first',
        description:
          'A facility answers, gives appointments and reports; a referrer answers questions, chooses another place, calls, confirms; a supervisor sees what is silent, and what a person has said who was not helped. Whoever was written to last answers, by a message or by acting. Each referral as you may see it; that you looked is in the journal before the answer leaves. A referral asks one thing of you at a time, and is gone from the list once you have done it.',
        body: WorklistQuery.optional(),
        response: { 200: pageOf(WorklistItem), ...problemResponses('cursor-invalid') },
      },
    },
    async (request) => {
      const now = context.now();
      const query = request.body ?? WorklistQuery.parse({});
      const { items, next } = await workOfCaller(context, { store, caller: request.caller, query, now });
      await noteList(context, request, items);
      return { items: items.map((work) => itemOf(work, now)), next };
    },
  );
}
