import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { limitMet, patiently } from '@rohnamo/backing-services';
import { z } from 'zod';

/** What another program needs in order to call the platform. */
export interface Credentials {
  clientId: string;
  clientSecret: string;
}

export interface ApiCall<Answer extends z.ZodType> {
  method?: 'GET' | 'POST' | 'PATCH';
  body?: unknown;
  /** Sent as it is, with this content type, instead of a JSON body. */
  raw?: { contentType: string; content: string | Uint8Array<ArrayBuffer> };
  headers?: Record<string, string>;
  /** Ends the call. */
  signal?: AbortSignal;
  answer: Answer;
}

/** The platform refused a call: with the problem it gave. */
export class ApiRefusal extends Error {
  readonly status: number;
  readonly problem: unknown;

  constructor(call: string, status: number, problem: unknown) {
    super(`${call} was answered with ${status}: ${JSON.stringify(problem)}`);
    this.name = 'ApiRefusal';
    this.status = status;
    this.problem = problem;
  }
}

const TokenAnswer = z.object({ access_token: z.string(), expires_in: z.number() });
const renewBeforeMs = 30_000;
/** How long "later" is taken for an answer. */
const patienceUsualMs = 120_000;

/** Gives a token by client credentials: the same until shortly before it ends. */
export function tokenSource({
  issuer,
  clientId,
  clientSecret,
  ...patience
}: Credentials & { issuer: string; patienceMs?: number }) {
  let token: { value: string; until: number } | undefined;
  return async (): Promise<string> => {
    if (token && token.until > Date.now()) return token.value;
    const request = {
      method: 'POST' as const,
      headers: {
        authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ grant_type: 'client_credentials' }).toString(),
    };
    const response = await sendPatiently(`${issuer}/token`, request, patience);
    if (!response.ok) throw refusal('POST /token', response, await response.text(), patience);
    const answer = TokenAnswer.parse(await response.json());
    token = { value: answer.access_token, until: Date.now() + answer.expires_in * 1000 - renewBeforeMs };
    return token.value;
  };
}

/** The refusal that an answer is; "later" has been answered for as long as patience lasts, and which limit that is is said. */
function refusal(
  call: string,
  { status }: Response,
  problem: unknown,
  { patienceMs }: { patienceMs?: number },
): ApiRefusal {
  const limitMs = patienceMs ?? patiently(patienceUsualMs);
  return status === 503 && limitMs > 0
    ? new ApiRefusal(`${limitMet('an answer other than "later"', limitMs)}: ${call}`, status, problem)
    : new ApiRefusal(call, status, problem);
}

interface Sent {
  method: 'GET' | 'POST' | 'PATCH';
  headers: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
  signal?: AbortSignal;
}

/**
 * Sends a request, and sends it again while it is answered 503 with a Retry-After: under an Idempotency-Key, one of its own unless
 * it has one, so that nothing is done twice. Answers the last answer when patience is over.
 */
export async function sendPatiently(
  url: string,
  { method, headers, ...rest }: Sent,
  { patienceMs = patiently(patienceUsualMs) } = {},
): Promise<Response> {
  const deadline = Date.now() + patienceMs;
  const key = method === 'GET' ? {} : { 'idempotency-key': randomUUID() };
  for (;;) {
    const response = await fetch(url, { method, headers: { ...key, ...headers }, ...rest });
    const retryAfter = response.headers.get('retry-after');
    if (response.status !== 503 || retryAfter === null || Date.now() >= deadline) return response;
    await response.body?.cancel();
    await pause(Number(retryAfter) * 1000, undefined, rest.signal ? { signal: rest.signal } : {});
  }
}

/**
 * Calls the public API as one client, as anybody outside would: a token by client credentials, then HTTP, and what is answered
 * "later" for as long as patience lasts.
 */
export function createApiClient({ patienceMs, ...credentials }: Credentials & { issuer: string; patienceMs?: number }) {
  const patience = patienceMs === undefined ? {} : { patienceMs };
  const currentToken = tokenSource({ ...credentials, ...patience });
  return {
    /** @throws ApiRefusal for any status but 2xx; ZodError when the answer is not what the contract says. */
    async call<Answer extends z.ZodType>(
      url: string,
      { method = 'GET', body, raw, headers = {}, signal, answer }: ApiCall<Answer>,
    ): Promise<z.infer<Answer>> {
      const contentType = raw?.contentType ?? (body === undefined ? undefined : 'application/json');
      const request = {
        method,
        ...(signal ? { signal } : {}),
        headers: {
          authorization: `Bearer ${await currentToken()}`,
          ...(contentType ? { 'content-type': contentType } : {}),
          ...headers,
        },
        ...(raw ? { body: raw.content } : body === undefined ? {} : { body: JSON.stringify(body) }),
      };
      const response = await sendPatiently(url, request, patience);
      const text = await response.text();
      const content: unknown = text === '' ? undefined : JSON.parse(text);
      if (!response.ok) throw refusal(`${method} ${new URL(url).pathname}`, response, content, patience);
      return answer.parse(content);
    },
  };
}
export type ApiClient = ReturnType<typeof createApiClient>;
