import { refused } from '@rohnamo/service-kit';
import type { FastifyRequest } from 'fastify';
import { actOf } from './act.ts';
import type { Context } from './context.ts';
import { observe } from './observe.ts';

/**
 * What the caller's own organisation registered or recorded. Of another's, the attempt is noted; it is answered as if there were nothing.
 * @throws Refused not-found
 */
export const ownedIn =
  ({ journal, now }: Pick<Context, 'journal' | 'now'>) =>
  async <Row extends { id: string; organisationId: string }>(
    kind: 'beneficiary' | 'consent' | 'intake-batch',
    row: Row | null,
    request: FastifyRequest,
  ): Promise<Row> => {
    if (row === null) throw refused('not-found');
    if (row.organisationId === request.caller.organisationId) return row;
    await observe(journal, { kind, subject: row.id, type: `${kind}.denied.v1` }, actOf(request, now()));
    throw refused('not-found');
  };
