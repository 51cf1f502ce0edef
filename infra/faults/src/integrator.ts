import { setTimeout as pause } from 'node:timers/promises';
import { type ApiCall, ApiRefusal, createApiClient } from '@rohnamo/launch';
import { z } from 'zod';

/** A call to one service, at whichever of its addresses. */
export type Call = <Answer extends z.ZodType>(path: string, call: ApiCall<Answer>) => Promise<z.infer<Answer>>;

export interface IntegratorOptions {
  issuer: string;
  credentials: { clientId: string; clientSecret: string };
  /** Where the service answers; asked for at each try, one after the other. */
  urls: () => readonly string[];
  /** The longest that one try may take. */
  answerWithinMs?: number;
  /** Told of each try. */
  onTry?: (tried: Try) => void;
}

/** One request, and what came of it. */
export interface Try {
  /** Null: no answer came. */
  status: number | null;
  elapsedMs: number;
}

const pauseMs = 250;
const patienceMs = 90_000;
const Problem = z.object({ type: z.string() });
const passingStatuses = new Set([502, 503, 504]);

/** Calls as a program does that takes every failure as it comes: once, and no second try. */
export const plainCaller = (options: IntegratorOptions): Call => tryOnce(options);

/** {@link patiently}, with calls that are told of by `onTry`. */
export const patientCaller = (options: IntegratorOptions): Call => patiently(tryOnce(options));

/**
 * Calls as an integrator should: what was not answered, or with 502, 503, 504 or `contention`, is sent again with the same
 * Idempotency-Key, at the next address.
 * @throws what is not mended by trying, and what has not been mended after {@link patienceMs}.
 */
export function patiently(call: Call): Call {
  return async (path, request) => {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      try {
        return await call(path, request);
      } catch (error) {
        if (!passes(error) || Date.now() > deadline) throw error;
        await pause(pauseMs);
      }
    }
  };
}

function tryOnce({ issuer, credentials, urls, answerWithinMs = 8_000, onTry }: IntegratorOptions): Call {
  const { call } = createApiClient({ issuer, ...credentials, patienceMs: 0 });
  let turn = 0;
  return async (path, request) => {
    const all = urls();
    const began = performance.now();
    const tell = (status: number | null) => onTry?.({ status, elapsedMs: performance.now() - began });
    try {
      const signal = AbortSignal.timeout(answerWithinMs);
      const answer = await call(`${all[turn++ % all.length]}${path}`, { ...request, signal });
      tell(200);
      return answer;
    } catch (error) {
      tell(error instanceof ApiRefusal ? error.status : null);
      throw error;
    }
  };
}

/** Whether it may go well another time: no answer came (fetch throws TypeError, a time-out DOMException), or one that says: later. */
export const passes = (error: unknown): boolean =>
  error instanceof ApiRefusal
    ? passingStatuses.has(error.status) || isProblem(error, 'contention')
    : error instanceof TypeError || error instanceof DOMException;

/** Whether a call was refused with this problem. */
export const isProblem = (error: unknown, code: string): boolean =>
  error instanceof ApiRefusal && Problem.safeParse(error.problem).data?.type === `/problems/${code}`;
