import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { IssuedSubscription, Subscription } from '@rohnamo/contracts';
import { z } from 'zod';
import type { createApiClient } from '../api-client.ts';
import { writePrivateFile } from '../stack/private-file.ts';

interface OwnSubscriptionsOptions {
  facility: ReturnType<typeof createApiClient>;
  /** Of notifications. */
  url: string;
  /** Holds the addresses under which walks have subscribed and that may still be active. */
  file: string;
}

const Page = z.object({ items: z.array(Subscription), next: z.string().nullable() });

/**
 * The subscriptions that walks make. Each has an address of its own, written to a file before it is subscribed: whatever else the
 * same client has subscribed is left alone, and a walk that was killed leaves nothing that the next one does not find.
 */
export function ownSubscriptions({ facility, url, file }: OwnSubscriptionsOptions) {
  const addresses = (): string[] => {
    try {
      return z.array(z.string()).parse(JSON.parse(readFileSync(file, 'utf8')));
    } catch {
      return []; // there is none yet, or it is not ours to read
    }
  };
  const keep = (all: readonly string[]) => writePrivateFile(file, `${JSON.stringify(all)}\n`);

  return {
    /** Subscribes an address under the demo facility's that nobody else has. Answers the signing secret. */
    async subscribe(receiver: string): Promise<string> {
      const address = `${receiver}/${randomUUID()}`;
      keep([...addresses(), address]);
      const { id, secret } = await facility.call(`${url}/v1/subscriptions`, {
        method: 'POST',
        body: { url: address },
        answer: IssuedSubscription,
      });
      if (secret !== undefined) return secret;
      // The first answer was lost on its way, and a repeat does not show the secret.
      const rotated = await facility.call(`${url}/v1/subscriptions/${id}/rotate-secret`, {
        method: 'POST',
        answer: IssuedSubscription.required({ secret: true }),
      });
      return rotated.secret;
    },
    /** Stops those that are still active, of earlier walks too: they would be tried in vain for days. */
    async stopAll(): Promise<void> {
      const own = addresses();
      if (own.length === 0) return;
      let cursor = '';
      do {
        const page = await facility.call(`${url}/v1/subscriptions?limit=100${cursor}`, { answer: Page });
        for (const { id, url: address, state } of page.items)
          if (state === 'active' && own.includes(address))
            await facility.call(`${url}/v1/subscriptions/${id}/stop`, { method: 'POST', answer: z.unknown() });
        cursor = page.next === null ? '' : `&cursor=${page.next}`;
      } while (cursor !== '');
      keep([]);
    },
  };
}
