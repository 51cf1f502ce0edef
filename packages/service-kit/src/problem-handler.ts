import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { problems, type ProblemCode } from '@rohnamo/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isResponseSerializationError } from 'fastify-type-provider-zod';
import { isDatabaseUnavailable } from './database.ts';
import type { Logger } from './logger.ts';
import { isProblemCode, noSuchPath, problemOf, Refused, refused } from './problem.ts';
import { safeHeaders } from './safe-headers.ts';
import { TimeIsUp } from './time-limit.ts';
import { newTrace } from './trace.ts';
import { InvalidInput } from './validation.ts';

const mediaType = 'application/problem+json';

const frameworkCodes: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_MAX_PARAM_LENGTH: 'uri-too-long',
};

/** The refusal that an error amounts to: `internal` where it is none that a caller can have caused or should hear of. */
export function refusalOf(error: unknown): Refused {
  if (error instanceof Refused) return error;
  if (error instanceof InvalidInput) return refused('invalid-field', { errors: error.errors });
  const { code, statusCode, retryAfterSeconds } = propertiesOf(error);
  if (isProblemCode(code)) {
    return refused(code, {
      cause: error,
      ...(problems[code].status === 503 ? { headers: { 'retry-after': String(retryAfterSeconds) } } : {}),
    });
  }
  if (typeof code === 'string' && code.startsWith('FST_')) {
    if (code === 'FST_ERR_NOT_FOUND') return noSuchPath();
    const known = frameworkCodes[code];
    if (known !== undefined) return refused(known, { cause: error });
    if (statusCode >= 400 && statusCode < 500) return refused('malformed-request', { cause: error });
  }
  if (isDatabaseUnavailable(error)) {
    return refused('dependency-unavailable', { cause: error, headers: { 'retry-after': '2' } });
  }
  return refused('internal', { cause: error });
}

function propertiesOf(error: unknown): { code: unknown; statusCode: number; retryAfterSeconds: number } {
  const bag: { code?: unknown; statusCode?: unknown; retryAfterSeconds?: unknown } =
    typeof error === 'object' && error !== null ? error : {};
  const seconds = typeof bag.retryAfterSeconds === 'number' ? Math.max(1, Math.ceil(bag.retryAfterSeconds)) : 1;
  return {
    code: bag.code,
    statusCode: typeof bag.statusCode === 'number' ? bag.statusCode : 0,
    retryAfterSeconds: seconds,
  };
}

/** Answers with a problem document. */
function sendProblem(request: FastifyRequest, reply: FastifyReply, refusal: Refused): FastifyReply {
  // The id and not request.trace, which a request that failed in the router does not have. They are the same.
  const traceId = request.id;
  const { status } = problems[refusal.code];
  // As bytes, since Fastify would add a charset parameter, which this media type does not have, and serialize by schema.
  return reply
    .code(status)
    .headers({
      'x-request-id': traceId,
      ...safeHeaders,
      ...(status === 503 ? { 'retry-after': '2' } : {}),
      ...refusal.headers,
      'content-type': mediaType,
    })
    .send(Buffer.from(JSON.stringify(problemOf(refusal, traceId))));
}

/** Turns everything that goes wrong under a route, and every address that is none, into a problem document. */
export function registerProblems(app: FastifyInstance, logger: Logger): void {
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply, logger));
  const answerUnmatched = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    if (request.method === 'OPTIONS' && request.url === '*')
      return reply.code(204).header('allow', methodsOfAll(app).join(', ')).send();
    const methods = methodsAt(app, request);
    if (methods.length === 0) return sendProblem(request, reply, noSuchPath());
    const allow = methods.join(', ');
    // RFC 9110 §9.3.7. Nothing here opens the path to pages of other origins.
    if (request.method === 'OPTIONS') return reply.code(204).header('allow', allow).send();
    const refusal = refused('method-not-allowed', {
      headers: { allow },
      detail: 'This path is known, and not with that method.',
      remedy: `It takes ${allow}.`,
    });
    return sendProblem(request, reply, refusal);
  };
  app.setNotFoundHandler(answerUnmatched);
  // That there is no such path or method is said before anything is said of a body, which nobody would have taken.
  app.addHook('preParsing', (request, reply, payload, done) => {
    if (request.is404) void answerUnmatched(request, reply);
    else done(null, payload);
  });
  const patterns = new Map<string, { expression: RegExp; methods: Set<string> }>();
  routesByPath.set(app.server, patterns);
  app.addHook('onRoute', (route) => {
    const known = patterns.get(route.url) ?? { expression: expressionOf(route.url), methods: new Set<string>() };
    for (const method of [route.method].flat()) known.methods.add(method);
    patterns.set(route.url, known);
  });
}

const routesByPath = new WeakMap<object, Map<string, { expression: RegExp; methods: Set<string> }>>();

function methodsAt(app: FastifyInstance, request: FastifyRequest): string[] {
  const [path = ''] = request.url.split('?');
  const matching = [...(routesByPath.get(app.server)?.values() ?? [])].filter(({ expression }) =>
    expression.test(path),
  );
  const methods = new Set(matching.flatMap((route) => [...route.methods]));
  return methods.size === 0 ? [] : [...methods.add('OPTIONS')].sort();
}

/** Those that any path takes: what is asked with `OPTIONS *`. */
function methodsOfAll(app: FastifyInstance): string[] {
  const all = [...(routesByPath.get(app.server)?.values() ?? [])].flatMap(({ methods }) => [...methods]);
  return [...new Set([...all, 'OPTIONS'])].sort();
}

const expressionOf = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .split('/')
      .map((part) =>
        part === '*' ? '.*' : part.includes(':') ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`),
      )
      .join('/')}$`,
  );

/** Answers an error, and logs it where it is ours. */
export function answerError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  logger: Logger,
): FastifyReply {
  const refusal = named(error instanceof TimeIsUp ? refusalOfTimeout(request) : refusalOf(error), request);
  const { status } = problems[refusal.code];
  const where = { method: request.method, route: request.routeOptions?.url ?? 'unmatched', errorCode: refusal.code };
  if (request.raw.destroyed && !request.raw.complete) {
    logger.debug({ ...where }, 'the caller went away before the request was complete');
  } else if (refusal.code === 'internal') {
    logger.error({ ...where, err: error, ...failedFields(error) }, 'a request failed');
  } else if (status >= 500) {
    logger.warn({ ...where, err: refusal.cause ?? refusal }, 'a request could not be served');
  }
  return sendProblem(request, reply, refusal);
}

/** Which media types the path takes, where what came is none of them (RFC 9110 §15.5.16). */
function named(refusal: Refused, { method, routeOptions }: FastifyRequest): Refused {
  if (refusal.code !== 'unsupported-media-type') return refusal;
  const types = routeOptions?.schema?.consumes ?? ['application/json'];
  const accepted = types.join(', ');
  const header = method === 'PATCH' ? 'accept-patch' : 'accept-post';
  return refused(refusal.code, {
    detail: refusal.detail ?? 'The body has no Content-Type, or one that is not taken here.',
    remedy: refusal.remedy ?? `Send it as ${types.join(' or ')}.`,
    headers: { [header]: accepted, ...refusal.headers },
    cause: refusal.cause,
  });
}

/** Time is up: for a request that never came to its end, or for us. */
function refusalOfTimeout(request: FastifyRequest): Refused {
  if (!request.raw.complete) return refused('request-timeout');
  const isSafe = request.method === 'GET' || request.method === 'HEAD';
  return refused(isSafe ? 'overloaded' : 'outcome-unknown', { headers: { 'retry-after': '5' } });
}

/** Where an answer did not fit its own schema: names of our fields only. */
function failedFields(error: unknown): { fields?: readonly string[] } {
  if (!(error instanceof Error) || !isResponseSerializationError(error)) return {};
  return { fields: error.cause.issues.slice(0, 10).map((issue) => issue.path.map(String).join('.')) };
}

const clientErrors: Readonly<Record<string, ProblemCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
  HPE_HEADER_OVERFLOW: 'headers-too-large',
};

/** Of the parser: what is no method, one of RTSP, and `PRI`, which begins HTTP/2. */
const methodFaults = new Set(['HPE_INVALID_METHOD', 'HPE_INVALID_CONSTANT', 'HPE_INVALID_VERSION']);
const requestLine = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+ \S+ HTTP\/1\.[01]\r?\n/;

/** A request line that is whole has a method that HTTP does not know, or that is of another protocol: RFC 9110 §15.6.2. */
function codeOfClientError({ code = '', rawPacket }: ClientError): ProblemCode {
  const start = Buffer.isBuffer(rawPacket) ? rawPacket.toString('latin1') : '';
  if (methodFaults.has(code) && requestLine.test(start)) return 'method-not-known';
  return clientErrors[code] ?? 'malformed-request';
}

interface ClientError extends Error {
  code?: string;
  /** The bytes that the parser choked on; Fastify types it as their JSON. */
  rawPacket?: unknown;
}

/** Answers what Node's HTTP parser refuses, before there is a request to speak of. */
export function answerClientError(error: ClientError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  endWith(socket, refused(codeOfClientError(error)));
}

/** Answers CONNECT: nothing here is a proxy. */
export function refuseTunnel(_request: IncomingMessage, socket: Duplex): void {
  endWith(socket, refused('method-not-known'));
}

/** An answer by hand, where there is no request that the framework knows. */
function endWith(socket: Duplex, refusal: Refused): void {
  const { status } = problems[refusal.code];
  const { traceId } = newTrace();
  const body = JSON.stringify(problemOf(refusal, traceId));
  const headers = {
    ...safeHeaders,
    'content-type': mediaType,
    'x-request-id': traceId,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`);
}
