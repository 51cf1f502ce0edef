import { type ActionBody, actionBodies, Id, Referral, type ServedAction } from '@rohnamo/contracts';
import { type Decision, decideAndRecord, type Guard } from '@rohnamo/journal';
import {
  actorOf,
  allow,
  changeHeaders,
  checkIfMatch,
  etagOf,
  keyOf,
  problemResponses,
  type Refused,
  refused,
  type Server,
  settled,
} from '@rohnamo/service-kit';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { referralChange } from '../fact.ts';
import { lookedAt, seenBy } from '../look.ts';
import { viewOf } from '../read/view.ts';
import { checkedGrounds } from '../refer/grounds.ts';
import type { ReferralRow } from '../schema.ts';
import { type Command, decide } from './decide.ts';
import { type Party, rowsOf } from './states.ts';

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
  reject: 'Say that the person cannot be taken here, and why',
  schedule: 'Give an appointment; acknowledges and accepts where that was not done',
  reschedule: 'Give another appointment',
  record_no_show: 'Say that the person did not attend',
  start: 'The person is here; acknowledges and accepts where that was not done',
  complete: 'Report the outcome',
  close: 'Confirm whether the need was met',
  request_cancel: 'Ask to stop it; before acknowledgement it stops at once',
  confirm_cancel: 'Confirm that it is stopped',
  decline: 'On the person’s word: they do not want it',
  revoke: 'Stop it as the supervisor',
  mark_error: 'It should never have existed',
} as const satisfies Record<ServedAction, string>;

/** What a draft can lack when it is sent. */
const groundsProblems = [
  'duplicate-referral',
  'unknown-beneficiary',
  'offering-unavailable',
  'consent-missing',
  'consent-insufficient',
  'dependency-unavailable',
] as const;

/** `acknowledgeReferral` of `acknowledge` of `record_no_show`. */
const operationIdOf = (action: ServedAction): string =>
  `${action.replace(/_(\w)/g, (_match, letter: string) => letter.toUpperCase())}Referral`;

function registerAction(app: Server, context: Context, action: ServedAction): void {
  const parties = new Set<Party>(rowsOf(action).flatMap(({ by }) => by));
  const isReferrers = parties.has('referrer');
  const isSupervisors = isReferrers || parties.has('supervisor');
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
          scope: !isSupervisors ? 'referrals:answer' : isFacilitys ? 'referrals:read' : 'referrals:refer',
        }),
      },
      schema: {
        tags: ['lifecycle'],
        operationId: operationIdOf(action),
        summary: summaries[action],
        description: `Legal from: ${[...new Set(rowsOf(action).flatMap(({ from }) => from))].join(', ')}. An action that the state forbids is answered with the allowed ones.`,
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
            ...(action === 'submit' ? groundsProblems : []),
          ),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { row, party } = await act(context, request, id, { action, body: request.body ?? {} } as Command); // the body has passed this action's schema
      const receipts = await context.store.receiptsOf(id);
      return reply.header('etag', etagOf(row.version)).send(viewOf(row, party, { receipts, now: context.now() }));
    },
  );
}

/** An action that needs nothing said may be sent without a body. */
function bodySchemaOf(action: ServedAction): z.ZodType<ActionBody<ServedAction> | undefined> {
  const schema: z.ZodObject = actionBodies[action];
  const body = schema.safeParse({}).success ? schema.optional() : schema;
  return body as z.ZodType<ActionBody<ServedAction> | undefined>;
}

async function act(context: Context, request: FastifyRequest, id: string, command: Command) {
  const now = context.now();
  const written = await decideAndRecord<ReferralRow | null, ReferralRow, Refused>({
    journal: context.journal,
    key: keyOf(request),
    read: () => context.store.referral(id),
    decide: async (read): Promise<Decision<ReferralRow, Refused>> => {
      const { row, party } = await seenBy(context, request, { id, row: read });
      checkIfMatch(request, row.version);
      const verdict = decide(row, command, { party, now, limits: context.limits });
      if (verdict.kind === 'illegal')
        return {
          refuse: refused('illegal-action', { extensions: { allowedActions: verdict.allowed, state: row.state } }),
        };
      const grounds = command.action === 'submit' ? await soundGrounds(context, row, now) : { guards: [] };
      if ('refuse' in grounds) return grounds;
      const change = referralChange(verdict.next, {
        event: verdict.event,
        implied: verdict.implied,
        actor: actorOf(request),
        now,
      });
      return {
        record: { changes: [change], guards: grounds.guards },
        result: { ...verdict.next, version: row.version + 1 },
      };
    },
  });
  const done = settled(written, { referral_open_once: 'duplicate-referral' });
  if (done.kind === 'recorded') return seenBy(context, request, { id, row: done.result });
  return lookedAt(context, request, { id, row: await context.store.referral(id) });
}

/** A draft is sent on the same grounds as a new referral: they are looked at again. */
async function soundGrounds(
  context: Context,
  row: ReferralRow,
  now: Date,
): Promise<{ guards: Guard[] } | { refuse: Refused }> {
  const check = await checkedGrounds(context, { ...row, organisationId: row.referrerOrganisationId, now });
  if ('refuse' in check) return { refuse: refused(check.refuse) };
  return { guards: [{ kind: 'consent', id: check.sound.consent.id, version: check.sound.consent.version }] };
}
