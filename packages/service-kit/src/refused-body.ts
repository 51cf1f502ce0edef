import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply } from 'fastify';

/** How much of a body is read past, how long that may take, and how long may pass without a byte of it. */
interface DrainLimits {
  bytesMax: number;
  timeMs: number;
  silenceMs: number;
}
const limits: DrainLimits = { bytesMax: 32 * 1024 ** 2, timeMs: 10_000, silenceMs: 250 };

/**
 * A request that is refused before its body was read leaves the rest of the body in its connection: the next request would wait
 * behind it, and a client that is still sending would never hear the answer. So the rest is read past before the answer leaves; where
 * it is too much, or does not come, the connection ends with the answer (RFC 9112 §9.3). Register it first: it sees every refusal.
 */
export function registerRefusedBodies(app: FastifyInstance): void {
  app.addHook('onRequest', ({ raw }, reply, done) => {
    // Also behind what somebody else answered, or what was answered without reading all of it.
    if (hasBody(raw)) reply.raw.once('finish', () => void drainOrClose(raw));
    done();
  });
  app.addHook('onSend', async ({ raw }, reply, payload) => {
    if (reply.statusCode >= 400 && hasBody(raw) && !(await drained(raw, limits))) endsConnection(reply);
    return payload;
  });
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

const endsConnection = (reply: FastifyReply): void => void reply.header('connection', 'close');

async function drainOrClose(raw: IncomingMessage): Promise<void> {
  if (!(await drained(raw, limits))) raw.socket.destroy();
}

/** Reads past what is left of a body, which nobody else reads any more. @returns whether it came to its end within the limits */
function drained(raw: IncomingMessage, { bytesMax, timeMs, silenceMs }: DrainLimits): Promise<boolean> {
  if (raw.readableEnded || raw.destroyed) return Promise.resolve(true);
  return new Promise((resolve) => {
    let bytes = 0;
    const finish = (isDrained: boolean): void => {
      clearTimeout(deadline);
      clearTimeout(silence);
      raw.off('data', count).off('end', end).off('close', end).off('error', end);
      if (!isDrained) raw.pause();
      resolve(isDrained);
    };
    const end = (): void => finish(true);
    const giveUp = (): void => finish(false);
    const count = (chunk: Buffer | string): void => {
      bytes += chunk.length;
      silence.refresh();
      if (bytes > bytesMax) giveUp();
    };
    const deadline = setTimeout(giveUp, timeMs).unref();
    const silence = setTimeout(giveUp, silenceMs).unref();
    raw.on('data', count).on('end', end).on('close', end).on('error', end);
    raw.resume();
  });
}
