import { randomUUID } from 'node:crypto';
import type { JournalEvent } from '@rohnamo/contracts';
import { eventually } from '@rohnamo/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningNotifications, runningNotifications } from './running-notifications.ts';

let running: RunningNotifications;
beforeAll(async () => {
  running = await runningNotifications();
});
afterAll(() => running.stop());

it('whatever another tenant’s subjects of other kinds have for ids, what a party is told is told: in its feed and to its webhooks, each once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom('own', 'theirs'), { minLength: 2, maxLength: 8 }), async (turns) => {
      const facility = { ...running.roles.facility, organisationId: randomUUID(), clientId: randomUUID() };
      await running.subscribe(facility, 'http://127.0.0.1:9/hook');
      const stranger = { ...running.roles.stranger, organisationId: randomUUID() };
      const [referralId, messageId] = [randomUUID(), randomUUID()];
      const ours = { facilityOrganisationId: facility.organisationId };
      const theirs = { referrerOrganisationId: stranger.organisationId, facilityOrganisationId: randomUUID() };
      const message = (id: string, data: object): JournalEvent => {
        const event = running.aMessage(running.roles.referrer, randomUUID());
        return { ...event, subject: id, data: { ...event.data, messageId: id, ...data } };
      };
      let sequence = 0;
      const own: JournalEvent[] = [];
      for (const turn of turns) {
        if (turn === 'own') {
          sequence += 1;
          own.push(
            running.anEvent(sequence === 1 ? 'referral.sent.v1' : 'referral.accepted.v1', {
              referralId,
              sequence,
              ...ours,
            }),
          );
          await running.hand(own.at(-1)!);
          continue;
        }
        // A message with the id of this referral, and a referral with the id of this referral's message.
        await running.hand(message(referralId, theirs));
        for (const at of [1, 2])
          await running.hand(running.anEvent('referral.sent.v1', { referralId: messageId, sequence: at, ...theirs }));
      }
      own.push(message(messageId, { ...ours, referralId }));
      await running.hand(own.at(-1)!);
      const told = own.map(({ id }) => id);
      const heard = await eventually(async () => {
        const { items } = await running.feed(facility);
        return items.length >= told.length && items;
      });
      expect(heard.map(({ eventId }) => eventId)).toEqual(told);
      const delivered = (await running.deliveries(facility)).map(({ eventId }) => eventId);
      expect(delivered.toSorted()).toEqual(told.toSorted());
    }),
    { numRuns: 15 },
  );
}, 60_000);
