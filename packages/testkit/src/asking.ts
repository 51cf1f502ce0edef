import type { TestIssuer, TokenRequest } from './test-issuer.ts';

/** An answer, whole: its body parsed where it is JSON. */
export interface WholeAnswer {
  status: number;
  headers: Record<string, unknown>;
  body: unknown;
}

interface Asked {
  method: string;
  url: string;
  /** null: nobody, without a token. */
  as: TokenRequest | null;
  body?: object | undefined;
  headers?: Record<string, string>;
}

export type Ask = (request: Asked) => Promise<WholeAnswer>;

/** As much of a Fastify app as is needed to ask it without a socket. */
interface App {
  inject(request: {
    method: string;
    url: string;
    headers: Record<string, string>;
    payload?: object;
  }): Promise<{ statusCode: number; headers: object; body: string }>;
}

/** Asks an app as anybody, and answers whatever comes back. */
export function asking(app: App, issuer: TestIssuer): Ask {
  return async ({ method, url, as, body, headers = {} }) => {
    const authorization = as === null ? {} : await issuer.authorization(as);
    const answer = await app.inject({
      method,
      url,
      headers: { ...authorization, ...headers },
      ...(body === undefined ? {} : { payload: body }),
    });
    const answered: Record<string, unknown> = { ...answer.headers };
    const isJson = answer.body !== '' && /^application\/(problem\+)?json\b/.test(String(answered['content-type']));
    const parsed: unknown = isJson ? JSON.parse(answer.body) : answer.body;
    return { status: answer.statusCode, headers: answered, body: parsed };
  };
}

/** The `type` of a problem; undefined of anything else. */
export const problemTypeOf = ({ body }: WholeAnswer): unknown =>
  typeof body === 'object' && body !== null && 'type' in body ? body.type : undefined;
