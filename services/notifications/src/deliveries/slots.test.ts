import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createSlots } from './slots.ts';

it('never more calls are under way than may be, in all and to one subscription', () => {
  const step = fc.record({ take: fc.boolean(), delivery: fc.nat(40), subscription: fc.nat(5), fails: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const slots = createSlots({ concurrencyMax: 8, perSubscriptionMax: 3, now: () => new Date() });
      const underWay = new Map<string, string>();
      for (const { take, delivery, subscription, fails } of steps) {
        const [id, to] = [`d${delivery}`, `s${subscription}`];
        if (!take) {
          slots.release(id);
          underWay.delete(id);
        } else if (slots.take(id, to)) {
          expect(underWay.has(id)).toBe(false);
          underWay.set(id, to);
        }
        slots.note(to, fails);
        expect(underWay.size).toBeLessThanOrEqual(8);
        expect(slots.freeCount()).toBe(8 - underWay.size);
        for (const group of Map.groupBy(underWay.values(), (one) => one).values())
          expect(group.length).toBeLessThanOrEqual(3);
      }
    }),
  );
});

it('one that has failed is called one at a time until it answers again', () => {
  const slots = createSlots({ concurrencyMax: 8, perSubscriptionMax: 3, now: () => new Date() });
  slots.note('s', true);
  expect([slots.take('a', 's'), slots.take('b', 's')]).toEqual([true, false]);
  expect(slots.busySubscriptions()).toEqual(['s']);
  slots.note('s', false);
  expect([slots.take('b', 's'), slots.take('c', 's'), slots.take('d', 's')]).toEqual([true, true, false]);
});

it('one that has asked for a pause is not called in it, whatever waits, unless somebody ends it', () => {
  let now = new Date('2026-11-24T04:30:00.000Z');
  const slots = createSlots({ concurrencyMax: 8, perSubscriptionMax: 3, now: () => now });
  const until = new Date('2026-11-24T05:30:00.000Z');
  for (const id of ['s', 'resumed']) slots.pause(id, until);
  expect(slots.pausedSubscriptions()).toEqual(['s', 'resumed']);
  slots.resume('resumed');
  expect([slots.take('a', 's'), slots.take('b', 'other'), slots.take('c', 'resumed')]).toEqual([false, true, true]);
  now = until;
  expect(slots.pausedSubscriptions()).toEqual([]);
  expect(slots.take('a', 's')).toBe(true);
});
