import { randomUUID } from 'node:crypto';
import { isOpenTo, type WorkPlace } from '@rohnamo/contracts';
import { refused } from '@rohnamo/service-kit';
import type { FastifyRequest } from 'fastify';
import { actOf } from './act.ts';
import type { Context } from './context.ts';
import { observe } from './observe.ts';
import { placeOf } from './place.ts';

/** Where something was recorded; nowhere in particular: by all of the organisation, or before this was kept. */
type Recorded = { [Name in keyof WorkPlace]: string[] | null };

const placeIn = ({ facilityIds, deskIds }: Partial<Recorded>): WorkPlace => ({
  facilityIds: facilityIds ?? [],
  deskIds: deskIds ?? [],
});

/**
 * What the caller's own organisation registered or recorded, where it is bound to facilities or desks, at the caller's. Of another's, and of nothing, the attempt is noted, and answered alike:
 * neither the answer nor the size of the journal tells whether there is something.
 * @throws Refused not-found
 */
export const ownedIn =
  ({ journal, now }: Pick<Context, 'journal' | 'now'>) =>
  async <Row extends { id: string; organisationId: string } & Partial<Recorded>>(
    kind: 'beneficiary' | 'consent' | 'intake-batch' | 'held-row',
    row: Row | null,
    request: FastifyRequest,
  ): Promise<Row> => {
    if (row?.organisationId === request.caller.organisationId && isOpenTo(placeIn(row), placeOf(request.caller)))
      return row;
    const { id: asked } = request.params as { id?: string };
    const subject = row?.id ?? asked ?? randomUUID();
    await observe(journal, { kind, subject, type: `${kind}.denied.v1` }, actOf(request, now()));
    throw refused('not-found');
  };
