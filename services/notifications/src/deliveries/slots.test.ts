import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createSlots } from './slots.ts';

it('never more calls are under way than may be, in all and to one subscription', () => {
  const step = fc.record({ take: fc.boolean(), delivery: fc.nat(40), subscription: fc.nat(5), fails: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const slots = createSlots({ concurrencyMax: 8, perSubscriptionMax: 3 });
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
  const slots = createSlots({ concurrencyMax: 8, perSubscriptionMax: 3 });
  slots.note('s', true);
  expect([slots.take('a', 's'), slots.take('b', 's')]).toEqual([true, false]);
  expect(slots.busySubscriptions()).toEqual(['s']);
  slots.note('s', false);
  expect([slots.take('b', 's'), slots.take('c', 's'), slots.take('d', 's')]).toEqual([true, true, false]);
});
