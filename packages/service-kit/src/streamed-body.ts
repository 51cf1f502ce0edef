import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { FastifyRequest } from 'fastify';
import { mediaTypeOf, notUtf8 } from './media-type.ts';
import { refused } from './problem.ts';
import type { Server } from './server.ts';

/** Routes whose bodies of these types come as the streams that they are; in a scope of their own, so that no other route takes one; what is JSON is not read. */
export function withStreamedBodies(server: Server, types: readonly string[], register: (scope: Server) => void): void {
  void server.register((scope, _options, done) => {
    scope.removeContentTypeParser('application/json');
    scope.addContentTypeParser([...types], (_request, payload, taken) => taken(null, payload));
    register(scope);
    done();
  });
}

/**
 * The body of a request as it arrives, and of which type it is.
 * @throws Refused unsupported-media-type; payload-too-large where it says so itself
 */
export function streamedBody<Type extends string>(
  { body, headers }: FastifyRequest,
  { types, bytesMax }: { types: readonly Type[]; bytesMax: number },
): { body: Readable; type: Type } {
  const { name, isUtf8 } = mediaTypeOf(headers);
  const type = types.find((known) => known === name);
  if (type === undefined || !(body instanceof Readable)) throw refused('unsupported-media-type');
  if (!isUtf8) throw notUtf8();
  if (Number(headers['content-length'] ?? 0) > bytesMax) throw tooLarge(bytesMax);
  return { body, type };
}

/** Bytes of a body that are handed on together. */
const sliceBytes = 8 * 1024;

/**
 * Hands a body on as it arrives, waiting for each bit to be taken: memory stays flat whatever its size. A bit is at most 8 KiB, and
 * after as many bytes the event loop turns, so that an upload holds up no other request. The body is read to its end or left where
 * it failed, never destroyed, so that an answer can still be sent.
 * @throws Refused payload-too-large; what `take` throws; an error of the stream where it breaks off
 */
export async function readBody(
  body: Readable,
  { bytesMax, take }: { bytesMax: number; take: (chunk: Buffer) => Promise<void> },
): Promise<void> {
  let bytes = 0;
  let bytesInTurn = 0;
  // No generators between: one that waits for bytes cannot be ended before they come, and no answer would leave till then.
  for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    const within = chunk.subarray(0, bytesMax - bytes);
    for (let at = 0; at < within.length; at += sliceBytes) {
      const slice = within.subarray(at, at + sliceBytes);
      await take(slice);
      bytesInTurn += slice.length;
      if (bytesInTurn < sliceBytes) continue;
      await setImmediate();
      bytesInTurn = 0;
    }
    bytes += chunk.length;
    if (bytes > bytesMax) throw tooLarge(bytesMax);
  }
}

const tooLarge = (bytesMax: number) =>
  refused('payload-too-large', { detail: `An upload may have ${bytesMax} bytes.`, remedy: 'Split it.' });
