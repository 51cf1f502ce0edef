import { FeedbackKind } from '@rohnamo/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { feedbackIdOf } from './feedback.ts';

it('what is said of one task has one id of each kind, whoever makes it and whenever', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.uuid(), (one, other) => {
      fc.pre(one !== other);
      const idsOf = (task: string) => FeedbackKind.options.map((kind) => feedbackIdOf(task, kind));
      expect(idsOf(one)).toEqual(idsOf(one));
      expect(new Set([...idsOf(one), ...idsOf(other)]).size).toBe(6);
      for (const id of idsOf(one))
        expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    }),
  );
});
