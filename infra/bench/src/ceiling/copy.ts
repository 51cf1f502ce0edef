import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import { from as copyFrom } from 'pg-copy-streams';
import { intakeColumns } from '../world/returnees.ts';
import type { Ceiling } from './ceiling.ts';

/** `POST /v1/intake-batches`: the bytes of the file go to Postgres as they come, in one COPY and one commit. What the file does not say is a default of the columns. */
export const copy: Ceiling = (app, { connection }) => {
  app.addContentTypeParser('text/csv', (_request, payload, done) => done(null, payload));
  app.post<{ Body: Readable }>('/v1/intake-batches', async (request, reply) => {
    const rows = connection.query(
      copyFrom(`copy beneficiary (${intakeColumns.join(', ')}) from stdin (format csv, header)`),
    );
    await pipeline(request.body, rows);
    return reply.code(202).send({});
  });
};
