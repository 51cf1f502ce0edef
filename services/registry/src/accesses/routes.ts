import { BeneficiaryAccess, Id } from '@rohnamo/contracts';
import { allow, decodeCursor, page, pageOf, PageQuery, problemResponses, type Server } from '@rohnamo/service-kit';
import { z } from 'zod';
import { actOf } from '../act.ts';
import type { Context } from '../context.ts';
import { observe } from '../observe.ts';
import { ownedIn } from '../owned.ts';
import { createPersonStore } from '../person/store.ts';
import { placeOf } from '../place.ts';
import { createAccessStore } from './store.ts';
import { accessOf } from './view.ts';

const Position = z.tuple([z.int().min(1)]);

/** Who looked at a person: for the organisation that registered them, and for auditors. */
export function accessRoutes(server: Server, context: Context): void {
  const { journal, pool, now } = context;
  const persons = createPersonStore(pool);
  const store = createAccessStore(pool);
  const owned = ownedIn(context);

  server.get(
    '/v1/beneficiaries/:id/accesses',
    {
      config: { access: allow({ roles: ['migration-service', 'facility', 'auditor'], scope: 'accesses:read' }) },
      schema: {
        tags: ['beneficiaries'],
        operationId: 'listAccesses',
        summary: 'List who looked at a person, changed them, or was refused',
        description:
          'Newest first, as the journal has it: also what facilities were shown through a referral, and looks at the person’s consents. Ids and codes only. What was done at a desk is told to that desk: nothing of it to others of its organisation, and to another organisation not by which client. An access is listed as soon as it has its place in the journal, within milliseconds. Reading this list is a look, too, and is in the journal before the answer leaves.',
        params: z.strictObject({ id: Id }),
        querystring: PageQuery,
        response: {
          200: pageOf(BeneficiaryAccess),
          ...problemResponses('not-found', 'cursor-invalid', 'overloaded', 'outcome-unknown'),
        },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query;
      const [before] = decodeCursor(cursor, Position) ?? [];
      const row = await persons.byId(request.params.id);
      const { id } = row !== null && request.caller.role === 'auditor' ? row : await owned('beneficiary', row, request);
      const { role, organisationId } = request.caller;
      const told = role === 'auditor' ? null : { organisationId, ...placeOf(request.caller) };
      const entries = await store.ofBeneficiary({ id, before, limit: limit + 1, told });
      await observe(journal, { kind: 'beneficiary', subject: id, type: 'access.observed.v1' }, actOf(request, now()));
      return page(
        entries.map((entry) => accessOf(entry, told)),
        limit,
        ({ position }) => [position],
      );
    },
  );
}
