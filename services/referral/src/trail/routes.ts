import { Id, ReferralState, TrailEntry, TrailVerification } from '@rohnamo/contracts';
import { readTrail } from '@rohnamo/journal';
import { allow, problemResponses, refused, type Server } from '@rohnamo/service-kit';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { createConversationStore } from '../conversation/store.ts';
import { denied, seenBy } from '../look.ts';
import { type ClientParty, refersIn } from '../party.ts';
import type { ReferralRow } from '../schema.ts';

type StoredEntry = Awaited<ReturnType<typeof readTrail>>[number];

/** `GET /v1/referrals/{id}/trail`: everything that ever happened to it, by whom, when. States and codes only. */
export function registerTrail(app: Server, context: Context): void {
  const { journal } = context;
  const messages = createConversationStore(journal.pool);

  app.get(
    '/v1/referrals/:id/trail',
    {
      config: {
        access: allow({ roles: ['migration-service', 'facility', 'supervisor', 'auditor'], scope: 'referrals:read' }),
      },
      schema: {
        tags: ['trail'],
        operationId: 'getReferralTrail',
        summary: 'Read what happened to a referral',
        description:
          'Oldest first. Who refers sees the whole history, a facility that of its own task; an auditor sees any, and who looked or was turned away. That something was said is in it, not what.',
        params: z.object({ id: Id }),
        querystring: z.strictObject({
          verify: z
            .enum(['true'])
            .optional()
            .describe(
              'Also proves each entry under the checkpoint that was published last; for an auditor, under the newest',
            ),
        }),
        response: {
          200: z.object({ items: z.array(TrailEntry), verification: TrailVerification.nullable().optional() }),
          ...problemResponses('not-found'),
        },
      },
    },
    async (request) => {
      const { id } = request.params;
      const row = await context.store.referral(id);
      const isAuditor = request.caller.role === 'auditor';
      if (!row) throw isAuditor ? refused('not-found') : await denied(context, request, { id, code: 'not-found' });
      const party = isAuditor ? null : (await seenBy(context, request, { id, row })).party;
      if (party?.as === 'successor') throw await denied(context, request, { id, code: 'not-found' });
      const said = (await messages.idsOf(id)).map((message) => ({ kind: 'message', id: message, version: 1 }));
      const subjects = [{ kind: 'referral', id, version: row.version }, ...said];
      const entries = await readTrail(journal.pool, subjects);
      const shown = entries.filter((entry) => party === null || isFor(entry, row, party));
      const items = shown.map(trailEntryOf);
      if (request.query.verify === undefined) return { items };
      const verification = await journal.verifyTrail(
        { subjects, entries: shown },
        { under: party === null ? 'newest' : 'published' },
      );
      return { items, verification: verification && (seesAll(party) ? verification : ofAPart(verification)) };
    },
  );
}

/** Whether a caller reads every version of what happened; null: an auditor, who reads who looked, too. */
const seesAll = (party: ClientParty | null): boolean => party === null || party.as === 'supervisor' || refersIn(party);

/** What a party reads of the history: who refers and who supervises all of it, a facility that of its own task. Looks are for auditors. */
function isFor({ version, data }: StoredEntry, row: ReferralRow, party: ClientParty): boolean {
  if (version === null) return false;
  if (party.as === 'supervisor' && data['deskAlone'] === true) return false;
  return seesAll(party) || data['taskId'] === (party.as === 'former' ? party.task.id : row.taskId);
}

/** Which versions a part of the history should have is told to nobody: it would say how many there are besides. */
const ofAPart = (verification: TrailVerification): TrailVerification => ({ ...verification, missingVersions: null });

const Detail = z.object({
  reasonCode: z.string().nullable().default(null),
  implied: z.array(ReferralState).default([]),
});

function trailEntryOf({ id, version, position, type, time, data, detail, actor }: StoredEntry): TrailEntry {
  const { reasonCode, implied } = Detail.parse(detail ?? {});
  const { kind, organisationId, role, actingPerson } = actor;
  return {
    id,
    version,
    position,
    type,
    time: time.toISOString(),
    state: ReferralState.nullable().parse(data['state'] ?? null),
    implied,
    reasonCode,
    actor: { kind, organisationId, role, actingPerson },
  };
}
