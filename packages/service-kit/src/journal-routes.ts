import { Checkpoint } from '@rohnamo/contracts';
import type { Journal } from '@rohnamo/journal';
import { z } from 'zod';
import { allow, publicAccess } from './access.ts';
import { problemResponses, refused } from './problem.ts';
import type { Server } from './server.ts';

const Position = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, 'must be a whole number from 1')
  .transform(Number);
const Proof = z.object({
  path: z.array(z.string()).describe('SHA-256 hashes in base64, as RFC 6962 orders them'),
});
const auditors = allow({ roles: ['auditor'], scope: 'audit:read' });

/**
 * What anybody needs to prove that nothing was changed: the newest checkpoint, and the proofs that lead to it. The checkpoint
 * is public: it names no one, and the more hold it, the better.
 */
export function registerJournal(app: Server, journal: Journal): void {
  app.get(
    '/v1/journal/checkpoint',
    {
      config: { access: publicAccess },
      schema: {
        tags: ['journal'],
        summary: 'The newest signed checkpoint',
        description:
          'A C2SP tlog-checkpoint: origin, number of entries, root hash (RFC 6962), signature (Ed25519). Keep it: whoever holds one can tell if the journal is ever changed.',
        response: {
          200: z.object({
            checkpoint: Checkpoint.nullable(),
            verifierKey: z.string().nullable().describe('The key that signs, in the C2SP signed-note form'),
          }),
        },
      },
    },
    async () => ({ checkpoint: await journal.newestCheckpoint(), verifierKey: journal.verifierKey() }),
  );

  app.get(
    '/v1/journal/inclusion',
    {
      config: { access: auditors },
      schema: {
        tags: ['journal'],
        summary: 'Prove that an entry is under a checkpoint',
        description: 'The audit path (RFC 6962 §2.1.1) of the entry at a position in the tree of a size.',
        querystring: z.strictObject({ position: Position, size: Position }),
        response: { 200: Proof, ...problemResponses('not-found') },
      },
    },
    async ({ query: { position, size } }) => proofOf(journal.proveInclusion({ leaf: position - 1, size })),
  );

  app.get(
    '/v1/journal/consistency',
    {
      config: { access: auditors },
      schema: {
        tags: ['journal'],
        summary: 'Prove that a checkpoint extends an earlier one',
        description: 'The consistency proof (RFC 6962 §2.1.2) from the tree of the older size to that of the newer.',
        querystring: z.strictObject({ older: Position, newer: Position }),
        response: { 200: Proof, ...problemResponses('not-found') },
      },
    },
    async ({ query: { older, newer } }) => proofOf(journal.proveConsistency({ older, newer })),
  );
}

async function proofOf(proving: Promise<Buffer[] | null>): Promise<z.infer<typeof Proof>> {
  const path = await proving;
  if (path === null)
    throw refused('not-found', { detail: 'No checkpoint covers that much yet, or the sizes do not fit.' });
  return { path: path.map((hash) => hash.toString('base64')) };
}
