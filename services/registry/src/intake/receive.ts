import { ExternalIdentity, IntakeBatch, intakeColumns } from '@rohnamo/contracts';
import { decideAndRecord, type IdempotencyKey } from '@rohnamo/journal';
import {
  allow,
  canonicalJson,
  etagOf,
  idempotencyKeyOf,
  problemResponses,
  type Refused,
  settled,
  type Server,
  streamedBody,
  withStreamedBodies,
  writeHeaders,
} from '@rohnamo/service-kit';
import type { FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { actOf } from '../act.ts';
import type { Context } from '../context.ts';
import { ownedIn } from '../owned.ts';
import type { IntakeBatchRow } from '../schema.ts';
import { received } from './decide.ts';
import { refuseNewSource } from './new-source.ts';
import { requiredColumns } from './header.ts';
import { rowLimits, unreadableRowsMax } from './staged-row.ts';
import { createIntakeStore } from './store.ts';
import { intakeFormats, type IntakeFormat, readUpload } from './upload.ts';
import { viewOf } from './view.ts';

const UploadQuery = z.strictObject({
  sourceSystem: ExternalIdentity.shape.sourceSystem
    .describe('The system that the rows come from: with a row’s external_id it names one person')
    .meta({ examples: ['migration-office-khatlon'] }),
  confirmNewSource: z
    .enum(['true', 'false'])
    .default('false')
    .describe(
      'Says that your organisation has pushed nothing from this source system before, and that it is not a new spelling of another',
    ),
  dryRun: z
    .enum(['true', 'false'])
    .default('false')
    .describe('A preview: the rows do nothing, and `/v1/intake-batches/{id}/rows` tells for a day what they would do'),
});
type UploadRequest = FastifyRequest<{ Querystring: z.infer<typeof UploadQuery> }>;

/** The body is a stream, so nothing of it is checked here: this only says what is in it. */
const StreamedRows = z.unknown().meta({
  type: 'string',
  description: 'CSV: rows under a header. NDJSON: an object a line.',
  examples: ['external_id,given_name,family_name\n1042,Фирӯза,Назарова\n'],
});

const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ');
const description = `The body is read as it arrives and may be large; the answer comes once all of it is safely kept. The rows are then worked
off in the background, in the order of the file: follow \`Location\`, and \`/errors\` for the rows that were refused.

- A source system from which your organisation has pushed nothing before is refused unless \`confirmNewSource=true\` says that it is new.
- A row is known by \`sourceSystem\` and \`external_id\`, which are compared without regard to case and blanks around them. Only cells that differ from what this source system said of the
  person last are news: a row that repeats an old value undoes nothing that was mended since by PATCH. Of two rows with one external_id the later follows the earlier.
- Columns (CSV header, NDJSON keys): ${code(intakeColumns)}. Required: ${code(requiredColumns)}.
- UTF-8; CSV as in RFC 4180, with commas. An empty cell or an absent key says nothing; null in NDJSON takes away what was known.
  Dates are \`1994-03-21\` or \`21.03.1994\`, a birth date may be the year alone. A telephone number without a country code is of the
  country of this installation. Several access requirements have a bar between them.
- With \`dryRun=true\` the file goes the same way and does nothing: \`/rows\` tells for a day what each row would do. The same file pushed right afterwards does that.
- A row of empty cells is no row. Every other row is registered, updated, unchanged, held, or refused under its number: the one that a
  spreadsheet shows, with the header as row 1. In NDJSON it is the number of the line.
- A file is refused as a whole for an unknown or missing column, for bytes that are not UTF-8, for double quotes that do not pair,
  for a row of more than ${rowLimits.rowCharactersMax} characters, for more than ${unreadableRowsMax} rows that cannot be read. Everything else is refused row
  by row; so is a double quote inside of a cell that does not begin with one, or with a blank between it and the comma.

    external_id,given_name,family_name,birth_date,access_requirements
    1042,Фирӯза,Назарова,1994,wheelchair|companion

    {"external_id":"1042","given_name":"Фирӯза","family_name":"Назарова","birth_date":"1994"}`;

export interface ReceiveOptions extends Context {
  /** Bytes that an upload may have. */
  bytesMax: number;
  /** How long one may take to arrive. */
  timeoutMs: number;
  /** Told when a batch waits to be worked off. */
  onReceived: () => void;
}

/** Pushing many people at once. */
export function receiveRoute(server: Server, options: ReceiveOptions): void {
  const { journal, pool, now, newId, bytesMax, timeoutMs, onReceived } = options;
  const store = createIntakeStore(pool);
  const owned = ownedIn(options);

  /** Keeps the rows, then records the batch. What was kept for nothing is forgotten again. */
  const receive = async (request: UploadRequest): Promise<IntakeBatchRow> => {
    const { body, type: format } = streamedBody(request, { types: intakeFormats, bytesMax });
    await checkSource(request);
    const id = newId();
    let isKept = false;
    try {
      const { rows, digest } = await readUpload({
        body,
        format,
        bytesMax,
        stage: (lot, firstRow) => store.stage({ id, dryRun: isPreview(request) }, lot, firstRow),
      });
      const batch = batchOf(id, rows, request);
      const written = await decideAndRecord<null, IntakeBatchRow, Refused>({
        journal,
        key: keyOfUpload(request, format, digest),
        read: () => Promise.resolve(null),
        decide: () => ({ record: { changes: [received(batch)] }, result: { ...batch, version: 1 } }),
      });
      const outcome = settled(written);
      isKept = outcome.kind === 'recorded';
      return outcome.kind === 'recorded'
        ? outcome.result
        : await owned('intake-batch', await store.byId(outcome.subject), request);
    } catch (error) {
      isKept = mayHaveLanded(error);
      throw error;
    } finally {
      // Rows that cannot be forgotten now are swept later.
      if (!isKept) await store.forgetBatch(id).catch(() => undefined);
    }
  };

  /** @throws unknown-source-system for one that was never seen before, unless it is confirmed. */
  const checkSource = async ({ query, caller }: UploadRequest): Promise<void> => {
    if (query.confirmNewSource === 'true') return;
    const { isKnown, known } = await store.sourcesOf(caller.organisationId, query.sourceSystem);
    if (!isKnown) throw refuseNewSource(query.sourceSystem, known);
  };

  const batchOf = (id: string, rows: number, request: UploadRequest): Omit<IntakeBatchRow, 'version'> => {
    const { actor, organisationId, time, traceparent } = actOf(request, now());
    return {
      id,
      organisationId,
      sourceSystem: request.query.sourceSystem,
      state: 'received',
      rowsReceived: rows,
      rowsRead: 0,
      rowsRegistered: 0,
      rowsUpdated: 0,
      rowsUnchanged: 0,
      rowsRefused: 0,
      rowsHeld: 0,
      rowsTold: 0,
      rowsWarned: 0,
      dryRun: isPreview(request),
      receivedAt: time,
      progressedAt: time,
      finishedAt: null,
      actor,
      traceparent,
      takeBack: null,
    };
  };

  withStreamedBodies(server, intakeFormats, (scope) => {
    scope.post(
      '/v1/intake-batches',
      {
        config: {
          access: allow({ roles: ['migration-service'], scope: 'beneficiaries:write' }),
          timeLimitMs: timeoutMs,
        },
        schema: {
          tags: ['intake'],
          operationId: 'pushIntakeBatch',
          summary: 'Push many people at once',
          description,
          querystring: UploadQuery,
          headers: writeHeaders,
          consumes: [...intakeFormats],
          body: StreamedRows,
          response: {
            202: IntakeBatch,
            ...problemResponses(
              'unknown-source-system',
              'idempotency-key-reused',
              'contention',
              'overloaded',
              'outcome-unknown',
            ),
          },
        },
      },
      async (request, reply) => {
        const row = await receive(request);
        onReceived();
        return reply
          .code(202)
          .headers({ location: `/v1/intake-batches/${row.id}`, etag: etagOf(row.version) })
          .send(viewOf(row));
      },
    );
  });
}

const isPreview = ({ query }: UploadRequest): boolean => query.dryRun === 'true';

/** The same key with other rows is another request: the bytes count, which are known only when all have arrived. */
function keyOfUpload(request: UploadRequest, format: IntakeFormat, digest: Buffer): IdempotencyKey | undefined {
  const key = idempotencyKeyOf(request);
  if (key === null) return undefined;
  const asked = canonicalJson([
    'POST',
    '/v1/intake-batches',
    { sourceSystem: request.query.sourceSystem, ...(isPreview(request) ? { dryRun: true } : {}) },
    format,
    digest.toString('hex'),
  ]);
  return { client: request.caller.clientId, key, fingerprint: createHash('sha256').update(asked).digest() };
}

const mayHaveLanded = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'outcome-unknown';
