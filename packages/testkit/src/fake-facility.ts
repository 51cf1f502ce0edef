import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';

/** One call that the facility's system received, as it came. */
export interface ReceivedCall {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** Whether the signature held under the facility's secret (Standard Webhooks); null while it has none. */
  verified: boolean | null;
}

/** How the next call is answered; `hang` answers nothing and leaves the connection open. */
export type Answer =
  | { status: number; delayMs?: number; headers?: Record<string, string>; body?: string }
  | 'hang'
  | 'reset';

/** A facility's own system: receives webhooks and checks their signatures, and can be told to misbehave. */
export async function fakeFacility({ secret }: { secret?: string } = {}) {
  const calls: ReceivedCall[] = [];
  const answers: Answer[] = [];
  let always: Answer = { status: 204 };
  let webhook = secret === undefined ? null : new Webhook(secret);

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      calls.push({
        path: request.url ?? '/',
        headers: request.headers,
        body,
        verified: webhook && holds(webhook, body, request.headers),
      });
      void answerWith(answers.shift() ?? always);
    });
    const answerWith = async (answer: Answer): Promise<void> => {
      if (answer === 'hang') return;
      if (answer === 'reset') return void request.socket.destroy();
      if (answer.delayMs) await pause(answer.delayMs);
      response.writeHead(answer.status, answer.headers).end(answer.body);
    };
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    /** Checks from now on with this secret. */
    useSecret: (issued: string) => void (webhook = new Webhook(issued)),
    /** Answers the next calls so, one each. */
    answerNext: (...next: Answer[]) => void answers.push(...next),
    /** Answers every further call so. */
    answerAlways: (answer: Answer) => void (always = answer),
    stop: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
export type FakeFacility = Awaited<ReturnType<typeof fakeFacility>>;

function holds(webhook: Webhook, body: string, headers: IncomingHttpHeaders): boolean {
  try {
    webhook.verify(body, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}
