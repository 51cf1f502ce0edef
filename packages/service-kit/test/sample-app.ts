import { z } from 'zod';
import { allow, publicAccess } from '../src/access.ts';
import { createHealth, type Health } from '../src/health.ts';
import { createLogger } from '../src/logger.ts';
import { createMetrics } from '../src/metrics.ts';
import { changeHeaders, hasIfMatch, versionMismatch, writeHeaders } from '../src/preconditions.ts';
import { problemResponses, refused } from '../src/problem.ts';
import { createServer, type Server, type ServerOptions } from '../src/server.ts';
import { currentTrace } from '../src/trace.ts';
import { createVerifier } from '../src/verifier.ts';
import { audience, createLocalIssuer, type LocalIssuer } from './local-issuer.ts';

const NewNote = z.strictObject({
  text: z.string().max(1000),
  kind: z.enum(['plain', 'urgent']).default('plain'),
  tags: z.array(z.strictObject({ name: z.string().max(20) })).default([]),
});
const Note = z.object({ id: z.string(), text: z.string() }).meta({ examples: [{ id: 'n-1', text: 'hello' }] });

const read = allow({ roles: ['facility'], scope: 'referrals:read' });
const write = allow({ roles: ['facility', 'migration-service'], scope: 'referrals:answer' });

export interface SampleApp {
  app: Server;
  issuer: LocalIssuer;
  health: Health;
  lines: Record<string, unknown>[];
  /** Headers with a valid token. */
  authorized: (claims?: Record<string, unknown>) => Promise<{ authorization: string }>;
}

/** A service of a few routes, built as a real one is. */
export async function createSampleApp(options: Partial<ServerOptions> = {}): Promise<SampleApp> {
  const issuer = await createLocalIssuer();
  const lines: Record<string, unknown>[] = [];
  const health = createHealth({ deadlineMs: 50 });
  const app = await createServer({
    name: 'notes',
    description: 'Keeps notes.',
    logger: createLogger({
      service: 'notes',
      write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>),
    }),
    verifier: createVerifier({ issuers: [issuer.issuer], audience, fetch: issuer.fetch }),
    metrics: createMetrics({ service: 'notes', processMetrics: false }),
    health,
    schemas: { Note, NewNote },
    ...options,
  });
  addRoutes(app);
  return {
    app,
    issuer,
    health,
    lines,
    authorized: async (claims = {}) => ({ authorization: `Bearer ${await issuer.sign({ claims })}` }),
  };
}

function addRoutes(app: Server): void {
  app.get(
    '/v1/notes/:id',
    {
      config: { access: read },
      schema: {
        params: z.object({ id: z.string().max(40) }),
        response: { 200: Note, ...problemResponses('not-found') },
      },
    },
    async (request) => ({ id: request.params.id, text: request.caller.actingPerson ?? 'nobody', secret: 'never sent' }),
  );
  app.post(
    '/v1/notes',
    {
      config: { access: write },
      schema: { headers: writeHeaders, body: NewNote, response: { 201: Note, ...problemResponses('already-exists') } },
    },
    async (request, reply) => reply.code(201).send({ id: 'n-1', text: request.body.text }),
  );
  app.patch(
    '/v1/notes/:id',
    {
      config: { access: write },
      schema: {
        params: z.object({ id: z.string() }),
        headers: changeHeaders,
        body: NewNote.partial(),
        response: { 200: Note },
      },
    },
    async (request) => {
      if (!hasIfMatch(request)) throw refused('precondition-required');
      const mismatch = versionMismatch(request.headers['if-match'], 3);
      if (mismatch !== null) throw mismatch.refuse;
      return { id: request.params.id, text: '' };
    },
  );
  app.post(
    '/v1/notes/:id/done',
    { config: { access: write }, schema: { params: z.object({ id: z.string() }) } },
    async () => ({}),
  );

  const open = { config: { access: publicAccess } };
  app.get('/open/trace', open, async () => ({ traceparent: currentTrace() }));
  app.post('/open/echo', { ...open, schema: { body: z.unknown() } }, async (request) => ({
    traceparent: currentTrace(),
    body: request.body,
  }));
  app.get('/open/refused', open, async () => {
    throw refused('illegal-action', { detail: 'Not now.', extensions: { allowedActions: ['accept'] } });
  });
  app.get('/open/broken', open, async () => {
    throw new Error('Firuza Nazarova, +992000000001');
  });
  app.get('/open/overloaded', open, async () => {
    throw Object.assign(new Error('too much'), { code: 'overloaded', retryAfterSeconds: 2.2 });
  });
  app.get('/open/no-database', open, async () => {
    throw new Error('Failed query: select Firuza', {
      cause: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }),
    });
  });
  const slow = { config: { ...open.config, timeLimitMs: 30 } };
  app.get('/open/slow', slow, () => new Promise(() => undefined));
  app.post('/open/slow', { ...slow, schema: { body: z.unknown() } }, () => new Promise(() => undefined));
  app.get('/open/handed-over', open, (_request, reply) => {
    reply.hijack();
    reply.raw.setHeader('connection', String(reply.getHeader('connection') ?? 'keep-alive')).end();
  });
  app.get('/open/handed-over/unanswered', slow, (_request, reply) => void reply.hijack());
  app.get(
    '/open/unlike-its-schema',
    { ...open, schema: { response: { 200: Note } } },
    async () => ({ id: 'Firuza' }) as never,
  );
}
