import { addressOf, type Refused, refused } from '@rohnamo/service-kit';
import type { FastifyRequest } from 'fastify';
import { tokenHashOf } from '../slip/token.ts';
import { createSlowDown, paceOfAddress, paceOfCode, type SlowDown } from './slow-down.ts';

/** How often slips are asked for, known or not. */
export function createGuesses(now: () => Date) {
  // Codes that are not known are counted alike but apart, so that inventing them washes away the count of none that is.
  const [known, unknown] = [createSlowDown(paceOfCode), createSlowDown(paceOfCode)];
  const addresses = createSlowDown(paceOfAddress);

  return {
    /**
     * Counts a guess before it is answered, so that what is asked at once is counted one by one.
     * @returns takes it back: the answer told that it was right anyway
     * @throws Refused too-many-requests with the seconds to wait, whether it would have been right or not
     */
    count(request: FastifyRequest & { body: { token: string } }, { isKnown }: { isKnown: boolean }): () => void {
      const nowMs = now().getTime();
      const counted: [SlowDown, string][] = [
        [isKnown ? known : unknown, tokenHashOf(request.body.token).toString('base64url')],
        [addresses, addressOf(request)],
      ];
      const waitMs = Math.max(...counted.map(([slowDown, key]) => slowDown.waitMs(key, nowMs)));
      if (waitMs > 0) throw comeBackIn(waitMs);
      const back = counted.map(([slowDown, key]) => slowDown.count(key, nowMs));
      return () => {
        for (const takeBack of back) takeBack();
      };
    },
  };
}

const comeBackIn = (waitMs: number): Refused =>
  refused('too-many-requests', {
    detail: 'This slip, or this address, was asked for several times. Wait, or call the office that gave the slip.',
    headers: { 'retry-after': String(Math.ceil(waitMs / 1000)) },
  });
