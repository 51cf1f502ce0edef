import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The longest that an answer of this route may take, in ms, where it takes long by nature. */
    timeLimitMs?: number;
  }
}

/** The time for an answer is up. */
export class TimeIsUp extends Error {
  constructor() {
    super('the time for an answer is up');
    this.name = 'TimeIsUp';
  }
}

/**
 * Answers in a handler's place when its time is up, and ends an answer that has begun. Fastify's own `handlerTimeout` ends with the
 * request's body, before the handler has begun, and makes an AbortController and its error for every request.
 */
export function registerTimeLimit(app: FastifyInstance, { limitMs }: { limitMs: number }): void {
  app.addHook('onRequest', (request, reply, done) => {
    const timer = setTimeout(() => {
      if (reply.raw.writableEnded) return;
      // Of what was handed over to another to answer, nothing can be said any more.
      if (reply.raw.headersSent || reply.sent) reply.raw.destroy(new TimeIsUp());
      else reply.send(new TimeIsUp());
    }, request.routeOptions.config.timeLimitMs ?? limitMs).unref();
    reply.raw.on('close', () => clearTimeout(timer));
    done();
  });
}
