import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { complaintAboutJson } from './json-text.ts';
import { mediaTypeOf, notUtf8 } from './media-type.ts';
import { refused } from './problem.ts';
import { takeTexts, unstorable } from './storable-text.ts';

/**
 * Reads JSON bodies, and keeps out what no schema looks for. What a database chokes on: text with NUL (Postgres 22021, 22P05),
 * halves of surrogate pairs (22P02 in jsonb), bytes that are not UTF-8, nesting and values without end. And what nobody can see:
 * characters that are not displayed, or stand for one that was lost. All other text goes on in its composed form (NFC).
 */
export function registerRequestGuard(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (body.length === 0) return done(null);
    if (!mediaTypeOf(request.headers).isUtf8) return done(notUtf8());
    const detail = complaintAboutJson(body, 'body');
    if (detail !== null) return done(refused('malformed-request', { detail }));
    return void parse(request, body.toString('utf8'), done);
  });

  app.addHook('onRequest', (request, _reply, done) => {
    done(
      hostIsValid(request.raw)
        ? undefined
        : refused('malformed-request', {
            detail: 'The Host header is missing, stands there twice, or is not valid.',
            remedy: 'Send the host and port of this service.',
          }),
    );
  });

  app.addHook('preParsing', (request, _reply, payload, done) => {
    const encoding = request.headers['content-encoding'];
    if (encoding === undefined || encoding === '' || encoding === 'identity') return done(null, payload);
    return done(
      refused('unsupported-media-type', {
        detail: 'The body has a Content-Encoding.',
        remedy: 'Send it as it is, not compressed.',
        headers: { 'accept-encoding': 'identity' }, // RFC 9110 §15.5.16
      }),
    );
  });

  app.addHook('preValidation', (request, _reply, done) => {
    const errors = [
      ...takeTexts(request.params, 'path'),
      ...takeTexts(request.query, 'query'),
      ...unstorable(request.headers, 'header'), // which are of bytes, and not ours alone
      ...(isParsedJson(request) ? takeTexts(request.body, 'body') : []),
    ].slice(0, 50);
    done(errors.length === 0 ? undefined : refused('invalid-field', { errors }));
  });
}

const isParsedJson = (request: FastifyRequest): boolean =>
  /^application\/json\b/i.test(request.headers['content-type'] ?? '');

/** RFC 9112 §3.2: a Host that is missing, repeated or not valid is answered with 400. Without that, building a URL from it throws. */
function hostIsValid({ headers: { host }, headersDistinct, httpVersion }: IncomingMessage): boolean {
  if (host === undefined) return httpVersion === '1.0';
  const hosts = headersDistinct?.['host']?.length ?? 1;
  return hosts === 1 && /^[A-Za-z0-9._:[\]-]+$/.test(host) && URL.canParse(`http://${host}`);
}
