import { Readable } from 'node:stream';
import { Checkpoint, Id } from '@rohnamo/contracts';
import { exportLine, type Journal, readSealedRows } from '@rohnamo/journal';
import { z } from 'zod';
import { allow, publicAccess } from './access.ts';
import { cursorBeyondTheEnd, cursorOfAnotherLife } from './cursor-generation.ts';
import { problemResponses, refused } from './problem.ts';
import type { Server } from './server.ts';

const Position = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, 'must be a whole number from 1')
  .transform(Number);
const After = z
  .string()
  .regex(/^(0|[1-9]\d{0,14})$/, 'must be a whole number from 0: the last position that you have')
  .transform(Number);
const Generation = Id.describe('Which life of the journal it is: a restore from a backup begins another');
const Proof = z.object({
  path: z.array(z.string()).describe('SHA-256 hashes in base64, as RFC 6962 orders them'),
});
/** Long enough for a journal of tens of millions; who is cut off goes on from the last position. */
const exportTimeoutMs = 3_600_000;
const chunkChars = 64 * 1024;
const auditors = allow({ roles: ['auditor'], scope: 'audit:read' });

/**
 * What anybody needs to prove that nothing was changed: the published checkpoint, and the proofs that lead to it. The checkpoint
 * is public: it names no one, and the more hold it, the better.
 */
export function registerJournal(app: Server, journal: Journal): void {
  app.get(
    '/v1/journal/checkpoint',
    {
      config: { access: publicAccess },
      schema: {
        tags: ['journal'],
        operationId: 'getCheckpoint',
        summary: 'The signed checkpoint that was published last',
        description:
          'A C2SP tlog-checkpoint: origin, number of entries, root hash (RFC 6962), signature (Ed25519). Published at fixed intervals, so that its size tells nothing of one request. Keep it: whoever holds one can tell if the journal is ever changed.',
        response: {
          200: z.object({
            checkpoint: Checkpoint.nullable(),
            verifierKey: z.string().nullable().describe('The key that signs, in the C2SP signed-note form'),
            generation: Generation,
          }),
        },
      },
    },
    async () => {
      const [checkpoint, { id }] = await Promise.all([journal.publishedCheckpoint(), journal.generation()]);
      return { checkpoint, verifierKey: journal.verifierKey(), generation: id };
    },
  );

  app.get(
    '/v1/journal/inclusion',
    {
      config: { access: auditors },
      schema: {
        tags: ['journal'],
        operationId: 'proveInclusion',
        summary: 'Prove that an entry is under a checkpoint',
        description: 'The audit path (RFC 6962 §2.1.1) of the entry at a position in the tree of a size.',
        querystring: z.strictObject({
          position: Position.describe('Of the entry; the first has 1'),
          size: Position.describe('How many entries the checkpoint covers'),
        }),
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
        operationId: 'proveConsistency',
        summary: 'Prove that a checkpoint extends an earlier one',
        description: 'The consistency proof (RFC 6962 §2.1.2) from the tree of the older size to that of the newer.',
        querystring: z.strictObject({
          older: Position.describe('How many entries the earlier checkpoint covers'),
          newer: Position.describe('How many entries the later checkpoint covers'),
        }),
        response: { 200: Proof, ...problemResponses('not-found') },
      },
    },
    async ({ query: { older, newer } }) => proofOf(journal.proveConsistency({ older, newer })),
  );

  app.get(
    '/v1/journal/entries',
    {
      config: { access: auditors, timeLimitMs: exportTimeoutMs },
      schema: {
        tags: ['journal'],
        operationId: 'exportEntries',
        summary: 'Export the entries, to be verified offline',
        description:
          'Every entry behind a position to the end, in order, one a line: `{"position":…,"sealed":…,"nonce":…,"entry":{…}}`. `entry` is the very text that was hashed: SHA-256(0x00, nonce, text) is its leaf (RFC 6962), `sealed` the leaf that was sealed there, null where none is yet; both in hexadecimal. Entries hold ids, codes and times, nothing personal.',
        querystring: z.strictObject({
          after: After.optional().describe('The last position that you have; 0, or nothing, for all'),
          generation: Generation.optional().describe(
            'The life of the journal in which you got that position, as `GET /v1/journal/checkpoint` told it: needed once the journal was restored from a backup',
          ),
        }),
        response: {
          200: { description: 'Entries, one a line', content: { 'application/x-ndjson': { schema: z.string() } } },
          ...problemResponses('cursor-invalid'),
        },
      },
    },
    async ({ query: { after = 0, generation }, method }, reply) => {
      const [{ id, isRestored }, isThere] = await Promise.all([
        journal.generation(),
        journal.reaches({ position: after }),
      ]);
      if (generation === undefined ? isRestored && after > 0 : generation !== id) throw cursorOfAnotherLife();
      if (!isThere) throw cursorBeyondTheEnd();
      // To HEAD nothing is sent, so nothing is read.
      const chunks = method === 'HEAD' ? [] : exportedLines(journal, after);
      const lines = Readable.from(chunks, { objectMode: false });
      // A stream goes out as it is: its type is that of the text that it carries.
      return reply.type('application/x-ndjson').send(lines as unknown as string);
    },
  );
}

/** The lines of an export, in chunks; read no faster than they are taken. */
async function* exportedLines({ pool }: Journal, after: number): AsyncGenerator<string> {
  let chunk = '';
  for await (const row of readSealedRows(pool, { after })) {
    chunk += `${exportLine(row)}\n`;
    if (chunk.length < chunkChars) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}

async function proofOf(proving: Promise<Buffer[] | null>): Promise<z.infer<typeof Proof>> {
  const path = await proving;
  if (path === null)
    throw refused('not-found', {
      detail: 'No checkpoint covers that much yet, or the sizes do not fit.',
      remedy: 'Take sizes of checkpoints that this journal signed, the older one first, and a position within them.',
    });
  return { path: path.map((hash) => hash.toString('base64')) };
}
