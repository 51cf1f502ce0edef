import { expect } from 'vitest';
import { z } from 'zod';
import { sendPatiently, tokenSource } from '../../src/api-client.ts';
import type { StackJson } from './stack-json.ts';

export interface Answer {
  status: number;
  headers: Headers;
  body: unknown;
}

export interface Sending {
  method?: 'GET' | 'POST' | 'PATCH';
  body?: unknown;
  headers?: Record<string, string>;
}

/** A client of the public API, as anybody outside is one. */
export interface Client {
  /** Sends and reads, whatever the answer is, but for "later", which is sent again. */
  send(url: string, sending?: Sending): Promise<Answer>;
  /** GET; the answer must be 200 and what the schema says. */
  get<Schema extends z.ZodType>(url: string, schema: Schema): Promise<z.infer<Schema>>;
  /** POST as JSON; the answer must be 2xx and what the schema says. */
  post<Schema extends z.ZodType>(
    url: string,
    body: unknown,
    schema: Schema,
    headers?: Record<string, string>,
  ): Promise<z.infer<Schema>>;
}

export function clientOf(
  { issuer }: Pick<StackJson, 'issuer'>,
  { clientId, clientSecret }: { clientId: string; clientSecret: string },
): Client {
  const currentToken = tokenSource({ issuer, clientId, clientSecret });
  const send: Client['send'] = async (url, { method = 'GET', body, headers = {} } = {}) => {
    const isJson = body !== undefined && typeof body !== 'string';
    const response = await sendPatiently(url, {
      method,
      headers: {
        authorization: `Bearer ${await currentToken()}`,
        ...(isJson ? { 'content-type': 'application/json' } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isJson ? JSON.stringify(body) : body }),
    });
    return answerOf(response);
  };
  return {
    send,
    async get(url, schema) {
      const answer = await send(url);
      expect(answer, `GET ${url}`).toMatchObject({ status: 200 });
      return schema.parse(answer.body);
    },
    async post(url, body, schema, headers) {
      const answer = await send(url, { method: 'POST', body, ...(headers ? { headers } : {}) });
      expect(answer.status, `POST ${url}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
      return schema.parse(answer.body);
    },
  };
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

/** One page of a list. */
export const pageOf = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item) });
