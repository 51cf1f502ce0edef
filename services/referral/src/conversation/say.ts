import type { NewMessage } from '@rohnamo/contracts';
import { type Change, type Decision, decideAndRecord, uuidV7 } from '@rohnamo/journal';
import { actorOf, currentTrace, keyOf, type Refused, settled } from '@rohnamo/service-kit';
import type { FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import { illegal } from '../lifecycle/act.ts';
import { allowedActions } from '../lifecycle/decide.ts';
import { denied, lookedAt, seenBy } from '../look.ts';
import { actingAs } from '../party.ts';
import { detailsOpen } from '../read/view.ts';
import type { MessageRow, ReferralRow } from '../schema.ts';
import { hearingOf, isHeard, mayBeSpokenIn, speakerOf } from './decide.ts';
import type { ConversationStore } from './store.ts';

/**
 * Says something in a referral, once for each Idempotency-Key. The referral stays as it is, and must stay so until it is said:
 * nothing is said behind its end or to whom it was taken from.
 * @throws Refused not-found, illegal-action with the state
 */
export async function say(
  context: Context,
  messages: ConversationStore,
  request: FastifyRequest,
  { id, asked }: { id: string; asked: NewMessage },
): Promise<MessageRow> {
  const now = context.now();
  const messageId = uuidV7(now.getTime());
  const written = await decideAndRecord<ReferralRow | null, MessageRow, Refused>({
    journal: context.journal,
    key: keyOf(request),
    read: () => context.store.referral(id),
    decide: async (read): Promise<Decision<MessageRow, Refused>> => {
      const { row, party } = await seenBy(context, request, { id, row: read });
      if (party.as === 'former') return { refuse: illegal(party.task.state, []) };
      const by = speakerOf(party);
      if (by === null) throw await denied(context, request, { id, code: 'not-found' });
      if (!mayBeSpokenIn(row, now)) return { refuse: illegal(row.state, allowedActions(row, actingAs(party), now)) };
      const { organisationId, actingPerson } = request.caller;
      const message: MessageRow = {
        id: messageId,
        version: 1,
        referralId: id,
        taskId: row.taskId,
        by,
        organisationId,
        actingPerson,
        text: asked.text,
        detailsOpen: detailsOpen(row, now),
        sentAt: now,
      };
      const change = messageChange(message, row, request);
      return {
        record: { changes: [change], guards: [{ kind: 'referral', id, version: row.version }] },
        result: message,
      };
    },
  });
  const done = settled(written);
  if (done.kind === 'recorded') return done.result;
  const { row, party } = await lookedAt(context, request, { id, row: await context.store.referral(id) });
  const [said, hearing] = [await messages.message(done.subject), hearingOf(row, party, now)];
  if (said === null || hearing === null || !isHeard(said, hearing))
    throw await denied(context, request, { id, code: 'not-found' });
  return said;
}

function messageChange(message: MessageRow, row: ReferralRow, request: FastifyRequest): Change {
  const { id, version: _version, ...state } = message;
  return {
    kind: 'message',
    id,
    expected: 0,
    state,
    entry: {
      type: 'message.sent.v1',
      data: {
        messageId: id,
        taskId: row.taskId,
        fromOrganisationId: message.organisationId,
        referralId: row.id,
        referrerOrganisationId: row.referrerOrganisationId,
        facilityId: row.facilityId,
        facilityOrganisationId: row.facilityOrganisationId,
        deskId: row.deskId,
        walkIn: row.walkIn,
      },
      actor: actorOf(request),
      time: message.sentAt,
      traceparent: currentTrace() ?? null,
    },
  };
}
