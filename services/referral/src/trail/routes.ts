import { Id, ReferralState, TrailEntry, TrailVerification } from '@rohnamo/contracts';
import { readTrail } from '@rohnamo/journal';
import { allow, problemResponses, refused, type Server } from '@rohnamo/service-kit';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { seenBy } from '../look.ts';

type StoredEntry = Awaited<ReturnType<typeof readTrail>>[number];

/** `GET /v1/referrals/{id}/trail`: everything that ever happened to it, by whom, when. States and codes only. */
export function registerTrail(app: Server, context: Context): void {
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
          'Oldest first. The parties see what happened to theirs; an auditor sees any, and who looked or was turned away.',
        params: z.object({ id: Id }),
        querystring: z.strictObject({
          verify: z.enum(['true']).optional().describe('Also proves each entry under the newest checkpoint'),
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
      if (!isAuditor) await seenBy(context, request, { id, row });
      else if (!row) throw refused('not-found');
      const entries = await readTrail(context.journal.pool, id);
      const verification =
        request.query.verify === undefined ? {} : { verification: await context.journal.verifyTrail(entries) };
      return {
        ...verification,
        items: entries.filter(({ version }) => isAuditor || version !== null).map(trailEntryOf),
      };
    },
  );
}

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
