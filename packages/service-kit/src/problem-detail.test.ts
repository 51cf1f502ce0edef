import { type ProblemCode, problems } from '@rohnamo/contracts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problemOf, refused } from './problem.ts';

const detailOf = (...of: Parameters<typeof refused>): string => problemOf(refused(...of), '0'.repeat(32)).detail;
const codes = Object.keys(problems) as ProblemCode[];

describe('the detail of a problem', () => {
  it.each(codes)('says cause and remedy, and not the title again: %s', (code) => {
    const { title, remedy } = problems[code];
    const detail = detailOf(code);
    expect(detail).not.toContain(title);
    expect(detail).toContain(remedy.replaceAll('`', '').slice(0, 20));
    expect(detail).not.toMatch(/see title|`/);
  });

  it('begins with the cause that the refusal names, and ends with the remedy', () => {
    expect(detailOf('forbidden', { detail: 'This is for clients of the role auditor.' })).toBe(
      'This is for clients of the role auditor. Use a client of a role that may do this; the OpenAPI document names them for each operation.',
    );
    expect(detailOf('payload-too-large', { detail: 'Too long', remedy: 'Split it' })).toBe('Too long. Split it.');
  });

  it('sums up what is wrong field by field, the first three of them', () => {
    const errors = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ pointer: `#/${name}`, detail: 'is required' }));
    expect(detailOf('invalid-field', { errors })).toBe(
      '#/a: is required. #/b: is required. #/c: is required. 2 more in errors. Mend the fields named in errors; each has a JSON pointer.',
    );
    expect(
      detailOf('invalid-field', { errors: [{ parameter: 'state', in: 'query', detail: 'must not be empty' }] }),
    ).toContain('The query parameter state: must not be empty.');
  });

  it.each([
    [
      ['accept', 'reject'],
      'The state is sent, and the action does not start from it. Actions that you may do now: accept, reject.',
    ],
    [[], 'The state is sent, and the action does not start from it. There is no action that you may do now.'],
  ])('of an action that is not allowed says the state and what is: %j', (allowedActions, expected) => {
    expect(detailOf('illegal-action', { extensions: { state: 'sent', allowedActions } })).toBe(expected);
  });

  it('is never empty, whatever the refusal says or leaves out', () => {
    const error = fc.record({ pointer: fc.constant('#/x'), detail: fc.string({ minLength: 1 }) });
    const options = fc.record(
      { detail: fc.string(), remedy: fc.string(), errors: fc.array(error) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.constantFrom(...codes), options, (code, given) => {
        const detail = detailOf(code, given);
        expect(detail.length).toBeGreaterThan(2);
        expect(detail).not.toBe(problems[code].title);
      }),
    );
  });
});
