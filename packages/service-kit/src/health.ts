import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { publicAccess } from './access.ts';

/** Resolves when the thing it checks works; rejects when it does not. */
export type Check = () => Promise<unknown>;

/** Whether this process should get traffic. */
export interface Health {
  /** Adds a check without which the process should get no traffic. The name is public; what went wrong never is. */
  add: (name: string, check: Check) => void;
  /**
   * Adds a check of something that no answer waits for: where it fails, it is named, and the process stays ready. Nor does the
   * answer about readiness wait for it: it says what was found when it was asked before.
   */
  watch: (name: string, check: Check) => void;
  /** From now on readiness is 503, so that no new traffic comes while the process stops. */
  stopping: () => void;
  isStopping: () => boolean;
  /** The names of the checks that fail now. Callers at the same time share one run. */
  failing: () => Promise<Failing>;
}

interface Failing {
  /** Ready where there are none. */
  needed: string[];
  watched: string[];
}

export function createHealth(options: { deadlineMs?: number } = {}): Health {
  const deadlineMs = options.deadlineMs ?? 1500;
  const checks = new Map<string, Check>();
  let hasToStop = false;
  const watched = new Map<string, Check>();
  let underWay: Promise<Failing> | undefined;

  const failingOf = async (some: ReadonlyMap<string, Check>): Promise<string[]> => {
    const results = await Promise.all(
      [...some].map(async ([name, check]) => ((await passes(check, deadlineMs)) ? [] : [name])),
    );
    return results.flat();
  };
  let lastSeen: string[] = [];
  let looking: Promise<void> | undefined;
  const look = async (): Promise<void> => {
    lastSeen = await failingOf(watched);
    looking = undefined;
  };
  const run = async (): Promise<Failing> => {
    looking ??= look();
    return { needed: await failingOf(checks), watched: lastSeen };
  };

  return {
    add: (name, check) => void checks.set(name, check),
    watch: (name, check) => void watched.set(name, check),
    stopping: () => {
      hasToStop = true;
    },
    isStopping: () => hasToStop,
    failing: async () => {
      if (hasToStop) return { needed: ['stopping'], watched: [] };
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

/** `GET /health/live`: the process runs. `GET /health/ready`: it should get traffic, or 503; either names what fails, without details. */
export function registerHealth(app: FastifyInstance, health: Health): void {
  const config = { access: publicAccess, rateLimited: false, quiet: true };
  app.get(
    '/health/live',
    {
      config,
      schema: {
        tags: ['operations'],
        operationId: 'getLiveness',
        summary: 'Is the process alive',
        description: 'The process runs. It says nothing of what it stands on.',
        response: { 200: Alive },
      },
    },
    async () => ({ status: 'alive' }),
  );
  app.get(
    '/health/ready',
    {
      config,
      schema: {
        tags: ['operations'],
        operationId: 'getReadiness',
        summary: 'Should it get traffic',
        description: 'Traffic should come only on 200. 503 names the checks that fail, without details.',
        response: { 200: Ready, 503: NotReady },
      },
    },
    async (_request, reply) => {
      const { needed, watched } = await health.failing();
      const failing = [...needed, ...watched];
      if (needed.length > 0) return reply.code(503).send({ status: 'not-ready', failing });
      return { status: 'ready', ...(watched.length > 0 ? { failing } : {}) };
    },
  );
}

const Alive = z.object({ status: z.literal('alive') });
const Ready = z.object({
  status: z.literal('ready'),
  failing: z.array(z.string()).optional().describe('What no answer waits for, and what is late without it'),
});
const NotReady = z.object({ status: z.literal('not-ready'), failing: z.array(z.string()) });
