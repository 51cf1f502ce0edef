import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Webhooks as they come in: the first of each referral, by the path that was called. */
export interface Arrivals {
  url: string;
  /** When the webhook of a referral has come, by the clock of this process. Resolves at once where it came before. */
  of(referralId: string): Promise<number>;
  /** Forgets all, and checks signatures by these secrets, by path, from now on. Answers how to ask for those that were not signed. */
  begin(secretOf: ReadonlyMap<string, string>): { unsignedCount: () => number };
}

export async function startArrivals(): Promise<Arrivals> {
  let cameAt = new Map<string, number>();
  let waiting = new Map<string, (at: number) => void>();
  let keyOf: ReadonlyMap<string, Buffer> = new Map();
  let unsigned = 0;

  const take = (request: IncomingMessage, body: string, at: number) => {
    const { id } = JSON.parse(body) as { id: string }; // a webhook's body
    if (!isSigned(request, body, keyOf)) unsigned += 1;
    if (cameAt.has(id)) return;
    cameAt.set(id, at);
    waiting.get(id)?.(at);
    waiting.delete(id);
  };
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const at = performance.now();
      response.writeHead(204).end();
      take(request, body, at);
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    url: `http://127.0.0.1:${port}`,
    of(id) {
      const at = cameAt.get(id);
      return at === undefined ? new Promise((resolve) => waiting.set(id, resolve)) : Promise.resolve(at);
    },
    begin(secretOf) {
      cameAt = new Map();
      waiting = new Map();
      unsigned = 0;
      keyOf = new Map([...secretOf].map(([path, secret]) => [path, keyOfSecret(secret)]));
      return { unsignedCount: () => unsigned };
    },
  };
}

const keyOfSecret = (secret: string): Buffer => Buffer.from(secret.slice('whsec_'.length), 'base64');

/** Standard Webhooks: one of the signatures is HMAC-SHA256 of id, time and body. */
function isSigned({ url = '', headers }: IncomingMessage, body: string, keyOf: ReadonlyMap<string, Buffer>): boolean {
  const key = keyOf.get(url);
  if (key === undefined) return false;
  const [id, time, signatures] = ['id', 'timestamp', 'signature'].map((name) => String(headers[`webhook-${name}`]));
  const wanted = createHmac('sha256', key).update(`${id}.${time}.${body}`).digest('base64');
  return signatures?.split(' ').includes(`v1,${wanted}`) === true;
}
