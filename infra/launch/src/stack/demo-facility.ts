import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { limitMet } from '@rohnamo/backing-services';
import { Webhook } from 'standardwebhooks';

const BODY_BYTES_MAX = 64 * 1024;

/** A message that came with a signature that holds. */
export interface ReceivedWebhook {
  /** The `webhook-id`: the same for each attempt to deliver it. */
  id: string;
  body: unknown;
  receivedAt: Date;
}

/** A facility's own system, as small as it can be: it takes signed webhooks. */
export interface DemoFacility {
  /** Where it takes them. */
  url: string;
  /** The secret that the subscription was given; until it is known, every message is refused. */
  trust(secret: string): void;
  /** Keeps a checkpoint as evidence, behind those it has; those of webhooks it keeps by itself. */
  keep(checkpoint: string): void;
  /** The first message that fits, now or when it comes. Rejects at the deadline. */
  received(fits: (message: ReceivedWebhook) => boolean, options: { deadlineMs: number }): Promise<ReceivedWebhook>;
  stop(): Promise<void>;
}

/**
 * Starts it on the loopback interface. 204 for what is signed (Standard Webhooks 1.0), 401 for what is not.
 * @param evidenceFile where it keeps checkpoints, one after another.
 */
export async function startDemoFacility({
  port,
  evidenceFile,
}: {
  port: number;
  evidenceFile: string;
}): Promise<DemoFacility> {
  let webhook: Webhook | undefined;
  const messages: ReceivedWebhook[] = [];
  const waiting = new Set<(message: ReceivedWebhook) => void>();
  const kept = new Set<string>();
  const keep = (checkpoint: string): void => {
    if (kept.has(checkpoint)) return;
    kept.add(checkpoint);
    appendFileSync(evidenceFile, checkpoint, { mode: 0o600 });
  };

  const take = async (request: IncomingMessage): Promise<number> => {
    const text = await readBody(request);
    if (text === undefined) return 413;
    const message = webhook && openMessage(webhook, request, text);
    if (!message) return 401;
    messages.push(message);
    const checkpoint = checkpointIn(message.body);
    if (checkpoint !== undefined) keep(checkpoint);
    for (const tell of waiting) tell(message);
    return 204;
  };
  const server = createServer((request, response) => {
    void take(request).then((status) => response.writeHead(status).end());
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const listeningPort = typeof address === 'object' && address !== null ? address.port : port;

  return {
    url: `http://127.0.0.1:${listeningPort}/webhooks`,
    trust(secret) {
      webhook = new Webhook(secret);
    },
    keep,
    received: (fits, { deadlineMs }) =>
      new Promise((resolve, reject) => {
        const finish = (message: ReceivedWebhook) => {
          if (!fits(message)) return;
          clearTimeout(timer);
          waiting.delete(finish);
          resolve(message);
        };
        const timer = setTimeout(() => {
          waiting.delete(finish);
          reject(new Error(limitMet('the webhook to the demo facility', deadlineMs)));
        }, deadlineMs);
        waiting.add(finish);
        const earlier = messages.find(fits);
        if (earlier) finish(earlier);
      }),
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close').catch(() => undefined);
    },
  };
}

function openMessage(webhook: Webhook, request: IncomingMessage, text: string): ReceivedWebhook | undefined {
  const header = (name: string) => String(request.headers[name] ?? '');
  const headers = {
    'webhook-id': header('webhook-id'),
    'webhook-timestamp': header('webhook-timestamp'),
    'webhook-signature': header('webhook-signature'),
  };
  try {
    return { id: headers['webhook-id'], body: webhook.verify(text, headers), receivedAt: new Date() };
  } catch {
    return undefined;
  }
}

function checkpointIn(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('checkpoint' in body)) return undefined;
  return typeof body.checkpoint === 'string' ? body.checkpoint : undefined;
}

/** Undefined where it is longer than any webhook is, or breaks off. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > BODY_BYTES_MAX) return undefined;
      chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).toString('utf8');
}
