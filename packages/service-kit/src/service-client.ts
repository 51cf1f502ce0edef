import type { ProblemCode } from '@rohnamo/contracts';
import { Agent, request as undiciRequest, type Dispatcher } from 'undici';
import { z } from 'zod';
import { isProblemCode, Refused, refused } from './problem.ts';
import type { ServiceToken } from './service-token.ts';
import { currentTrace } from './trace.ts';

/** Asks another service. */
export interface ServiceClient {
  /**
   * Sends a request and reads the answer. Anything but the answer that `answer` describes is refused with
   * dependency-unavailable, except the problems in `passOn`: those the other service's refusal passes on by code.
   */
  call: <Answer extends z.ZodType>(options: CallOptions<Answer>) => Promise<z.infer<Answer>>;
  close: () => Promise<void>;
}

export interface CallOptions<Answer extends z.ZodType> {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query. Put ids through encodeURIComponent; never anything about a person. */
  path: string;
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
  answer: Answer;
  passOn?: readonly ProblemCode[];
  deadlineMs?: number;
}

export interface ServiceClientOptions {
  baseUrl: string;
  token: ServiceToken;
  deadlineMs?: number;
  dispatcher?: Dispatcher;
}

const answerBytesMax = 1024 * 1024;

/** A client of one of our own services, with a deadline, the trace, and a token of our own. */
export function createServiceClient(options: ServiceClientOptions): ServiceClient {
  const dispatcher = options.dispatcher ?? new Agent({ connections: 32, maxResponseSize: answerBytesMax });
  const origin = options.baseUrl.replace(/\/$/, '');

  const send = async (
    call: CallOptions<z.ZodType>,
    signal: AbortSignal,
  ): Promise<{ status: number; body: unknown }> => {
    const trace = currentTrace();
    const response = await undiciRequest(`${origin}${call.path}`, {
      method: call.method ?? 'GET',
      dispatcher,
      signal,
      headers: {
        ...call.headers,
        authorization: `Bearer ${await options.token.get()}`,
        accept: 'application/json',
        ...(trace === undefined ? {} : { traceparent: trace }),
        ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    });
    const text = await response.body.text();
    return { status: response.statusCode, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
  };

  return {
    call: async (call) => {
      try {
        const signal = AbortSignal.timeout(call.deadlineMs ?? options.deadlineMs ?? 2000);
        let response = await send(call, signal);
        if (response.status === 401) {
          options.token.forget();
          response = await send(call, signal);
        }
        if (response.status >= 200 && response.status < 300) return call.answer.parse(response.body);
        throw passedOn(response.body, call.passOn ?? []) ?? new Error(`answered with ${response.status}`);
      } catch (cause) {
        if (cause instanceof Refused) throw cause;
        throw refused('dependency-unavailable', { cause, headers: { 'retry-after': '2' } });
      }
    },
    close: () => dispatcher.close(),
  };
}

const ProblemAnswer = z.object({ type: z.string() });

function passedOn(body: unknown, codes: readonly ProblemCode[]): Refused | undefined {
  const problem = ProblemAnswer.safeParse(body);
  const code = problem.data?.type.split('/').at(-1);
  return isProblemCode(code) && codes.includes(code) ? refused(code) : undefined;
}
