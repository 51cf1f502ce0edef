import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { publicAccess } from './access.ts';

/** Resolves when the thing it checks works; rejects when it does not. */
export type Check = () => Promise<unknown>;

/** Whether this process should get traffic. */
export interface Health {
  /** Adds a check to readiness. The name is public; what went wrong never is. */
  add: (name: string, check: Check) => void;
  /** From now on readiness is 503, so that no new traffic comes while the process stops. */
  stopping: () => void;
  /** The names of the checks that fail now; empty when ready. Callers at the same time share one run. */
  failing: () => Promise<string[]>;
}

export function createHealth(options: { deadlineMs?: number } = {}): Health {
  const deadlineMs = options.deadlineMs ?? 1500;
  const checks = new Map<string, Check>();
  let isStopping = false;
  let underWay: Promise<string[]> | undefined;

  const run = async (): Promise<string[]> => {
    const results = await Promise.all(
      [...checks].map(async ([name, check]) => ((await passes(check, deadlineMs)) ? [] : [name])),
    );
    return results.flat();
  };

  return {
    add: (name, check) => void checks.set(name, check),
    stopping: () => {
      isStopping = true;
    },
    failing: async () => {
      if (isStopping) return ['stopping'];
      underWay ??= run().finally(() => {
        underWay = undefined;
      });
      return underWay;
    },
  };
}

async function passes(check: Check, deadlineMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, deadlineMs, false);
  });
  try {
    return await Promise.race([check().then(() => true), deadline]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** `GET /health/live`: the process runs. `GET /health/ready`: it should get traffic; 503 names what fails, without details. */
export function registerHealth(app: FastifyInstance, health: Health): void {
  const config = { access: publicAccess, rateLimited: false, quiet: true };
  app.get(
    '/health/live',
    { config, schema: { tags: ['operations'], summary: 'Is the process alive', response: { 200: Alive } } },
    async () => ({ status: 'alive' }),
  );
  app.get(
    '/health/ready',
    {
      config,
      schema: { tags: ['operations'], summary: 'Should it get traffic', response: { 200: Ready, 503: NotReady } },
    },
    async (_request, reply) => {
      const failing = await health.failing();
      if (failing.length === 0) return { status: 'ready' };
      return reply.code(503).send({ status: 'not-ready', failing });
    },
  );
}

const Alive = z.object({ status: z.literal('alive') });
const Ready = z.object({ status: z.literal('ready') });
const NotReady = z.object({ status: z.literal('not-ready'), failing: z.array(z.string()) });
