import { type ActionBody, actionBodies, Id, Referral, type ServedAction } from '@rohnamo/contracts';
import { allow, changeHeaders, etagOf, problemResponses, type Server } from '@rohnamo/service-kit';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { besideOf } from '../read/beside.ts';
import { viewOf } from '../read/view.ts';
import { act } from './act.ts';
import type { Command } from './command.ts';
import { asksConsent, type Party, rowsOf, takesOn } from './states.ts';

const servedActions = Object.keys(actionBodies) as ServedAction[]; // the keys of a constant

/** `POST /v1/referrals/{id}/{action}`, one for each action that a client can fire. Who may is read from the transition table. */
export function registerActions(app: Server, context: Context): void {
  for (const action of servedActions) registerAction(app, context, action);
}

const summaries = {
  submit: 'Send a draft',
  acknowledge: 'Say that you have it and are looking; not yet a yes',
  request_info: 'Ask the referrer a question',
  answer_info: 'Answer the question',
  accept: 'Take the person on; their details open',
  redirect: 'Pass it on to another facility, where a new task begins',
  reject: 'Say that the person cannot be taken here, and why',
  schedule: 'Give an appointment; acknowledges and accepts where that was not done',
  reschedule: 'Give another appointment',
  record_no_show: 'Say that the person did not attend',
  start: 'The person is here; acknowledges and accepts where that was not done',
  record_interim: 'Report how care goes on',
  complete: 'Report the outcome',
  close: 'Confirm whether the need was met',
  request_cancel: 'Ask to stop it; before acknowledgement it stops at once',
  confirm_cancel: 'Confirm that it is stopped',
  reroute: 'Send it to another facility, where a new task begins',
  reopen: 'Begin again with a draft, within 30 days of closing',
  decline: 'On the person’s word: they do not want it',
  revoke: 'Stop it as the supervisor of either side',
  reassign: 'Give it to another desk of the facility',
  propose_transfer: 'Ask another organisation to take the case over',
  accept_transfer: 'Take over a case that you are asked to',
  decline_transfer: 'Say no to taking a case over, or take the question back',
  mark_error: 'It should never have existed',
} as const satisfies Record<ServedAction, string>;

/** What can be lacking where a task begins. */
const groundsProblems = [
  'duplicate-referral',
  'unknown-beneficiary',
  'offering-unavailable',
  'consent-missing',
  'consent-insufficient',
  'desk-missing',
  'dependency-unavailable',
] as const;
/** What a transfer can lack. */
const transferProblems = ['consent-missing', 'consent-insufficient', 'dependency-unavailable'] as const;
const isTransfer = (action: ServedAction): boolean => action === 'propose_transfer' || action === 'accept_transfer';
const standsOnGrounds = (action: ServedAction): boolean =>
  action === 'submit' || action === 'redirect' || action === 'reroute';

const takenOnAs =
  ' The registry is asked whether the consent stands: gone, nobody is taken on of whom nobody had decided, and for whom was taken on before, care goes on and sharing stops; no answer in time, `consentUnconfirmed` is true, and nothing opens until it has answered.';

/** `acknowledgeReferral` of `acknowledge` of `record_no_show`. */
const operationIdOf = (action: ServedAction): string =>
  `${action.replace(/_(\w)/g, (_match, letter: string) => letter.toUpperCase())}Referral`;

function registerAction(app: Server, context: Context, action: ServedAction): void {
  const parties = new Set<Party>(rowsOf(action).flatMap(({ by }) => by));
  const isReferrers = parties.has('referrer') || parties.has('successor');
  const isSupervisors = isReferrers || parties.has('referrer-supervisor') || parties.has('facility-supervisor');
  const isFacilitys = parties.has('facility');
  app.post(
    `/v1/referrals/:id/${action}`,
    {
      config: {
        access: allow({
          // A facility may be the referrer of an onward referral.
          roles: [
            ...(isReferrers ? (['migration-service'] as const) : []),
            ...(isReferrers || isFacilitys ? (['facility'] as const) : []),
            ...(isSupervisors ? (['supervisor'] as const) : []),
          ],
          scope: !isSupervisors
            ? 'referrals:answer'
            : isFacilitys
              ? ['referrals:refer', 'referrals:answer']
              : 'referrals:refer',
        }),
      },
      schema: {
        tags: ['lifecycle'],
        operationId: operationIdOf(action),
        summary: summaries[action],
        description: `Legal from: ${[...new Set(rowsOf(action).flatMap(({ from }) => from))].join(', ')}. An action that the state forbids is answered with the allowed ones.${asksConsent(action) ? takenOnAs : ''}`,
        headers: changeHeaders,
        params: z.object({ id: Id }),
        body: bodySchemaOf(action),
        response: {
          200: Referral,
          ...problemResponses(
            'not-found',
            'illegal-action',
            'version-mismatch',
            'idempotency-key-reused',
            'contention',
            'overloaded',
            'outcome-unknown',
            ...(standsOnGrounds(action) ? groundsProblems : []),
            ...(takesOn(action) ? (['consent-missing'] as const) : []),
            ...(action === 'reassign' ? (['dependency-unavailable'] as const) : []),
            ...(isTransfer(action) ? transferProblems : []),
          ),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const seen = await act(context, request, id, { action, body: request.body ?? {} } as Command); // the body has passed this action's schema
      const view = viewOf(seen.row, seen.party, await besideOf(context, seen));
      return reply.header('etag', etagOf(view.version)).send(view);
    },
  );
}

/** An action that needs nothing said may be sent without a body. */
function bodySchemaOf(action: ServedAction): z.ZodType<ActionBody<ServedAction> | undefined> {
  const schema: z.ZodObject = actionBodies[action];
  const body = schema.safeParse({}).success ? schema.optional() : schema;
  return body as z.ZodType<ActionBody<ServedAction> | undefined>;
}
