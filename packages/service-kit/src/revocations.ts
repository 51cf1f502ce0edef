import type { EventData } from '@rohnamo/contracts';
import type { Subscription } from '@rohnamo/messaging';
import type { Pool } from 'pg';
import type { Verifier } from './verifier.ts';

/**
 * Drops the tokens of clients that are revoked. Every process keeps tokens of its own, so every process hears of it; and from
 * the beginning, so that one that has just started does not take a token of a client that was revoked a minute ago: it
 * is not ready before it is told that it has heard what there was.
 */
export const revocations = (options: {
  service: string;
  verifier: Verifier;
  pool: Pool;
  onCaughtUp: () => void;
}): Subscription => ({
  group: `${options.service}-revocations`,
  topics: ['client'],
  pool: options.pool,
  everyProcess: true,
  onCaughtUp: options.onCaughtUp,
  handle: async ({ type, data }) => {
    if (type !== 'client.revoked.v1') return;
    const { clientId } = data as EventData<'client.revoked.v1'>;
    options.verifier.forgetClient(clientId);
  },
});
