import { CoincidingIdentity, Id } from '@rohnamo/contracts';
import { allow, decodeCursor, page, pageOf, PageQuery, problemResponses, type Server } from '@rohnamo/service-kit';
import { z } from 'zod';
import { actOf } from '../act.ts';
import type { Context } from '../context.ts';
import { observe } from '../observe.ts';
import type { BeneficiaryRow } from '../schema.ts';
import { createPersonStore } from './store.ts';

/** Those who were registered twice under spellings of one external identity, before these were compared folded. */
export function coincidingRoutes(server: Server, { journal, pool, now }: Context): void {
  const store = createPersonStore(pool);

  server.get(
    '/v1/coinciding-identities',
    {
      config: { access: allow({ roles: ['migration-service', 'facility'], scope: 'beneficiaries:read' }) },
      schema: {
        tags: ['beneficiaries'],
        operationId: 'listCoincidingIdentities',
        summary: 'List persons with the same external identity but for case and blanks',
        description:
          'Of the caller’s organisation: those who were registered before external identities were compared so. They stay apart: each is found by its exact spelling, any other finds `coincidesWith`. Whether the two are one person is for somebody to find out. The look is in the journal before the answer leaves.',
        querystring: PageQuery,
        response: {
          200: pageOf(CoincidingIdentity),
          ...problemResponses('cursor-invalid', 'overloaded', 'outcome-unknown'),
        },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query;
      const [afterId] = decodeCursor(cursor, z.tuple([Id])) ?? [];
      const { organisationId } = request.caller;
      const rows = await store.keptApart({ organisationId, afterId, limit: limit + 1 });
      const found = page(rows, limit, ({ apart }) => [apart.id]);
      const act = actOf(request, now());
      await Promise.all(
        found.items.map(({ apart: { id } }) =>
          observe(journal, { kind: 'beneficiary', subject: id, type: 'beneficiary.observed.v1' }, act),
        ),
      );
      return {
        items: found.items.map(({ apart, main }) => ({
          ...identityOf(apart),
          coincidesWith: main === null ? null : identityOf(main),
        })),
        next: found.next,
      };
    },
  );
}

const identityOf = ({ id, sourceSystem, externalId }: BeneficiaryRow) => ({
  beneficiaryId: id,
  external: { sourceSystem: sourceSystem ?? '', externalId: externalId ?? '' },
});
