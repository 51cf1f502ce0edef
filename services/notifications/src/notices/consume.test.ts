import { expect, it } from 'vitest';
import type { Context } from '../context.ts';
import { notificationsSubscription } from './consume.ts';

it('what a person says of a referral, and the slip that it was said by, are in no feed and no webhook: they are not heard of', () => {
  const context = { journal: { pool: {} } } as unknown as Context; // nothing of it is used before an event comes
  const { topics } = notificationsSubscription(context, () => undefined);
  expect(topics).toContain('referral');
  expect(topics).not.toContain('feedback');
  expect(topics).not.toContain('slip');
});
