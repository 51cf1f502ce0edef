import { Id, ReferralState, TrailEntry } from '@rohnamo/contracts';
import { readTrail } from '@rohnamo/journal';
import { allow, problemResponses, refused, type Server } from '@rohnamo/service-kit';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { seenBy } from '../party.ts';

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
        summary: 'Read what happened to a referral',
        description: 'Oldest first. The parties see theirs, an auditor any.',
        params: z.object({ id: Id }),
        response: { 200: z.object({ items: z.array(TrailEntry) }), ...problemResponses('not-found') },
      },
    },
    async (request) => {
      const { id } = request.params;
      const row = await context.store.referral(id);
      if (request.caller.role !== 'auditor') seenBy(row, request.caller);
      else if (!row) throw refused('not-found');
      const entries = await readTrail(context.journal.pool, id);
      return { items: entries.map(trailEntryOf) };
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
