import { createHash } from 'node:crypto';
import { BatchAnswer, needsNeverInBulk, type NewReferral, PlanningSession } from '@rohnamo/contracts';
import type { IdempotencyKey } from '@rohnamo/journal';
import {
  allow,
  canonicalJson,
  idempotencyKeyOf,
  type Logger,
  problemResponses,
  refusalOf,
  type Server,
  streamedBody,
  withStreamedBodies,
  writeHeaders,
} from '@rohnamo/service-kit';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { refer } from '../refer/refer.ts';
import { answerLines, type BatchLimits, refusalAnswer } from './answer-lines.ts';
import type { Line } from './lines.ts';
import { readLine } from './read-line.ts';

const format = 'application/x-ndjson';
const path = '/v1/referral-batches';
/** A batch that takes longer is cut off, and can be sent again. */
const timeoutMs = 300_000;

const BatchQuery = z.strictObject({
  planningSession: PlanningSession.shape.reference
    .optional()
    .describe('The planning session of all lines that name none: the session’s own reference')
    .meta({ examples: ['khatlon-2026-11-24'] }),
});

/** The body is a stream, so nothing of it is checked here: this only says what is in it. */
const StreamedLines = z.unknown().meta({
  type: 'string',
  description: 'NDJSON: a new referral a line, with `line` beside it where you have a name for the line.',
  examples: [
    `${JSON.stringify({
      line: 'row-1',
      beneficiaryId: '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d60',
      offeringId: '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d62',
      needCategory: 'physical-injury',
      consentId: '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d63',
      safeContact: { method: 'do-not-call' },
    })}\n`,
  ],
});

const description = ({ bytesMax, linesMax, lineBytesMax }: BatchLimits) =>
  `A whole planning session at once. The body is read as it arrives, and so are the answers sent: one line for each line, in order.

- A line is what \`POST /v1/referrals\` takes, with its own consent. Whatever is wrong with it, it fails alone.
- An answer has \`line\`: the line’s own, or else its number, from 1. Blank lines are counted, and not answered.
- Never in bulk: ${needsNeverInBulk.join(', ')}.
- With an Idempotency-Key a batch can be sent again, however it ended: a line that was done answers the same id. Its key is yours
  with the line’s number, so mend lines in their places. Without one, a line with an \`id\` of your own can be.
- At most ${linesMax} lines, ${bytesMax} bytes, ${lineBytesMax} bytes a line. Behind that, the last answer says so, and nothing more was looked at.
- 200 says that the batch was read. What became of it stands in the lines.`;

/** `POST /v1/referral-batches`: many referrals, each as it would be made alone. */
export function registerBatch(
  app: Server,
  context: Context,
  { limits, logger }: { limits: BatchLimits; logger: Logger },
): void {
  const answerTo = async (
    request: FastifyRequest,
    line: Line,
    planningSession: string | undefined,
  ): Promise<BatchAnswer> => {
    const read = readLine(line, { bytesMax: limits.lineBytesMax, planningSession });
    if ('refusal' in read) return refusalAnswer(read.name, read.refusal);
    try {
      const key = keyOfLine(request, line.number, read.asked);
      const { row } = await refer(context, request, { asked: read.asked, key });
      return { line: read.name, status: 201, id: row.id, number: row.number, state: row.state };
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal.code === 'internal')
        logger.error({ route: path, errorCode: refusal.code, err: error }, 'a line of a batch failed');
      return refusalAnswer(read.name, refusal);
    }
  };

  withStreamedBodies(app, [format], (scope) => {
    scope.post(
      path,
      {
        config: { access: allow({ roles: ['migration-service', 'facility', 'supervisor'], scope: 'referrals:refer' }) },
        handlerTimeout: timeoutMs,
        schema: {
          tags: ['refer'],
          operationId: 'createReferrals',
          summary: 'Refer many people at once',
          description: description(limits),
          querystring: BatchQuery,
          headers: writeHeaders,
          consumes: [format],
          body: StreamedLines,
          response: {
            200: {
              description: 'What became of each line, one a line',
              content: { [format]: { schema: BatchAnswer } },
            },
            ...problemResponses(),
          },
        },
      },
      async (request, reply) => {
        idempotencyKeyOf(request); // one that cannot be a key refuses the batch, and not each of its lines
        const { body } = streamedBody(request, { types: [format], bytesMax: limits.bytesMax });
        const { planningSession } = request.query;
        const answers = answerLines({
          body,
          limits,
          answer: (line) => answerTo(request, line, planningSession),
          onError: (err) => logger.error({ route: path, err }, 'a batch failed'),
        });
        // A stream goes out as it is: its type is that of the lines that it carries.
        return reply.type(format).send(answers as unknown as BatchAnswer);
      },
    );
  });
}

/** By what a line is done once. No client can send such a key itself: theirs have no spaces. */
function keyOfLine(request: FastifyRequest, number: number, asked: NewReferral): IdempotencyKey | undefined {
  const own = idempotencyKeyOf(request);
  const key = own !== null ? `${own} line ${number}` : asked.id !== undefined ? `batch id ${asked.id}` : undefined;
  if (key === undefined) return undefined;
  const fingerprint = createHash('sha256')
    .update(canonicalJson(['POST', path, asked]))
    .digest();
  return { client: request.caller.clientId, key, fingerprint };
}
