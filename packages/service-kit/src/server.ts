import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type RawReplyDefaultExpression,
  type RawRequestDefaultExpression,
  type RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import { serializerCompiler } from './answer-json.ts';
import { registerAuth } from './auth.ts';
import { createHealth, type Health, registerHealth } from './health.ts';
import { createClientLimit, registerLimits } from './limits.ts';
import type { Logger } from './logger.ts';
import { type Metrics, registerMetrics } from './metrics.ts';
import { registerOpenApi } from './openapi.ts';
import { answerClientError, answerError, refuseTunnel, registerProblems } from './problem-handler.ts';
import { registerProblemPages } from './problem-pages.ts';
import { registerRefusedBodies } from './refused-body.ts';
import { registerRequestGuard } from './request-guard.ts';
import { registerSafeHeaders } from './safe-headers.ts';
import { registerStrictRoutes } from './strict-routes.ts';
import { registerTimeLimit } from './time-limit.ts';
import { childOf, newTrace, parseTraceparent, runInTrace, type Trace } from './trace.ts';
import { validatorCompiler } from './validation.ts';
import type { Verifier } from './verifier.ts';

/** A Fastify instance whose routes are typed by their zod schemas. */
export type Server = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answers are logged at debug level only: for what is asked every few seconds. */
    quiet?: boolean;
  }
  interface FastifyRequest {
    readonly trace: Trace;
  }
}

export interface ServerOptions {
  /** The service's name: `referral`. */
  name: string;
  /** One paragraph for the API document. */
  description: string;
  version?: string;
  /** What each tag of its routes is about, for the API document. */
  tags?: Readonly<Record<string, string>>;
  logger: Logger;
  verifier: Verifier;
  metrics: Metrics;
  health?: Health;
  /** Schemas that the API document names as components: `{ Referral, NewReferral }`. */
  schemas?: Readonly<Record<string, z.ZodType>>;
  bodyLimitBytes?: number;
  /** The longest that an answer may take; a route that takes long by nature sets its own `timeLimitMs`. */
  timeLimitMs?: number;
  trustedProxies?: readonly string[] | undefined;
  rateLimitPerMinute?: number;
  publicUrl?: string | undefined;
  /** Token endpoint, for the page that tries the API out. */
  tokenUrl?: string | undefined;
}

/**
 * A server with everything that is the same in every service: traces, problems, authorisation, limits, health, metrics
 * and the API document. It does not listen. Add routes with `app.register` or directly, then `ready()` or `listen()`.
 * Whatever a caller sends is answered with a 4xx problem, never with a 5xx.
 */
export async function createServer(options: ServerOptions): Promise<Server> {
  const { logger, health = createHealth() } = options;
  // What the framework says below a warning we say ourselves, in our own words.
  const { pino } = logger;
  const baseLogger: FastifyBaseLogger = pino.child({}, { level: pino.isLevelEnabled('info') ? 'warn' : pino.level });
  const app: Server = Fastify({
    loggerInstance: baseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: (raw) => beginTrace(raw).traceId,
    requestIdHeader: false,
    // What a child would be given, the trace, is in each line by itself.
    childLoggerFactory: (parent) => parent,
    bodyLimit: options.bodyLimitBytes ?? 256 * 1024,
    connectionTimeout: 0,
    // Long enough for a big file over a slow line; headers have headersTimeout, below.
    requestTimeout: 300_000,
    ...(options.trustedProxies === undefined ? {} : { trustProxy: [...options.trustedProxies] }),
    keepAliveTimeout: 65_000,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { maxParamLength: 500 },
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply, logger),
    clientErrorHandler: answerClientError,
    // Node would answer without a body; the request guard says what is wrong.
    http: { requireHostHeader: false },
    rewriteUrl: ({ url = '/' }) => originForm(url),
  }).withTypeProvider<ZodTypeProvider>();
  app.server.headersTimeout = 15_000;
  app.server.on('connect', refuseTunnel);
  // What is expected and not known may be passed over (RFC 9110 §10.1.1).
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);

  // Plugins and hooks are written against the plain instance; only the type of its routes differs.
  const plain = app as unknown as FastifyInstance;
  registerRefusedBodies(plain);
  registerClosing(plain, health);
  registerTimeLimit(plain, { limitMs: options.timeLimitMs ?? 30_000 });
  registerTracing(plain);
  registerSafeHeaders(plain);
  registerAnswerLog(plain, options);
  registerProblems(plain, logger);
  registerStrictRoutes(plain);
  registerRequestGuard(plain);
  const limit = await createClientLimit(plain, { perMinute: options.rateLimitPerMinute ?? 6000 });
  registerAuth(plain, { verifier: options.verifier, limit });
  registerLimits(plain, limit);
  await registerOpenApi(plain, options);
  registerHealth(plain, health);
  registerMetrics(plain, options.metrics);
  registerProblemPages(plain);
  return app;
}

/** What is asked for without the server that it names, which a request may name as for a proxy (RFC 9112 §3.2.2). */
function originForm(target: string): string {
  if (!/^https?:\/\//i.test(target)) return target;
  const path = target.replace(/^https?:\/\/[^/?#]*/i, '');
  return path.startsWith('/') ? path : `/${path}`;
}

const traces = new WeakMap<IncomingMessage, Trace>();

function beginTrace(raw: IncomingMessage): Trace {
  const known = traces.get(raw);
  if (known !== undefined) return known;
  const header = raw.headers['traceparent'];
  const parent = parseTraceparent(Array.isArray(header) ? undefined : header);
  const trace = parent === undefined ? newTrace() : childOf(parent);
  traces.set(raw, trace);
  return trace;
}

function registerTracing(app: FastifyInstance): void {
  app.decorateRequest('trace', {
    getter() {
      return beginTrace(this.raw);
    },
  });
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.trace.traceId);
    runInTrace(request.trace, done);
  });
  // The body arrives in the context of the connection, so what follows it must enter the trace again.
  app.addHook('preValidation', (request, _reply, done) => runInTrace(request.trace, done));
}

/**
 * From when the process is told to stop, a connection ends with its next answer, instead of being kept alive: when the server
 * closes, no client is about to send a request over one.
 */
function registerClosing(app: FastifyInstance, health: Health): void {
  let isClosing = false;
  app.addHook('preClose', (done) => {
    isClosing = true;
    if (app.server.listening) {
      // For answers whose headers had left before: their connections are idle afterwards, and would be waited for.
      const sweep = setInterval(() => app.server.closeIdleConnections(), 100);
      app.server.once('close', () => clearInterval(sweep));
    }
    done();
  });
  const endConnection = (reply: FastifyReply): void => {
    if (isClosing || health.isStopping()) reply.header('connection', 'close');
  };
  app.addHook('onRequest', (_request, reply, done) => {
    endConnection(reply); // of what is handed over to another to answer, which has no onSend
    done();
  });
  app.addHook('onSend', (_request, reply, payload, done) => {
    endConnection(reply);
    done(null, payload);
  });
}

function registerAnswerLog(app: FastifyInstance, { logger, metrics }: ServerOptions): void {
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.is404 ? 'unmatched' : (request.routeOptions.url ?? 'unmatched');
    const answered = {
      method: request.method,
      route,
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime * 10) / 10,
    };
    metrics.httpAnswered(answered);
    const { traceId } = request.trace;
    const fields = {
      ...answered,
      requestId: traceId,
      traceId,
      clientId: request.verifiedCaller?.clientId,
      organisationId: request.verifiedCaller?.organisationId,
    };
    if (request.routeOptions.config.quiet === true) logger.debug(fields, 'answered');
    else logger.info(fields, 'answered');
    done();
  });
}
