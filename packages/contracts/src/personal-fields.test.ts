import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  type Covered,
  DataCategory,
  DisclosedBeneficiary,
  isOpenedBy,
  Message,
  NeedCategory,
  openedOf,
  type Opening,
  personalFields,
  Referral,
  WorklistItem,
} from './index.ts';

/** Every field of a schema, in whichever of its forms; of a part, those of the part: `details.minor.caregiver`. */
function pathsIn(schema: z.ZodType): string[] {
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape as Record<string, z.ZodType>).flatMap(([name, field]) => {
      const inner = pathsIn(field);
      return inner.length === 0 ? [name] : inner.map((path) => `${name}.${path}`);
    });
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    return pathsIn(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodUnion) return [...new Set((schema.options as z.ZodType[]).flatMap(pathsIn))];
  return [];
}
type Part = Opening | { readonly [name: string]: Part };
const namedIn = (fields: { readonly [name: string]: Part }): [string, Opening][] =>
  Object.entries(fields).flatMap(([name, part]): [string, Opening][] =>
    typeof part === 'string' ? [[name, part]] : namedIn(part).map(([path, opening]) => [`${name}.${path}`, opening]),
  );

const schemas = { DisclosedBeneficiary, Referral, Message, WorklistItem };
const everything = (Object.keys(schemas) as (keyof typeof schemas)[]).flatMap((name) =>
  namedIn(personalFields[name]).map(([path, opening]) => ({ path: `${name}.${path}`, opening })),
);

describe('the table of personal fields', () => {
  it.each(Object.entries(schemas))('names every field of %s, and no other', (name, schema) => {
    const named = namedIn(personalFields[name as keyof typeof schemas]).map(([path]) => path);
    expect(named.toSorted()).toEqual(pathsIn(schema).toSorted());
  });

  it('opens whatever tells how or through whom somebody is reached by contact alone', () => {
    const reaching = /phone|caregiver$|legalRepresentative|relationship|whyNotInformed|village|safeContact\.note/;
    const found = everything.filter(({ path }) => reaching.test(path));
    expect(found.map(({ opening }) => opening)).toEqual(found.map(() => 'contact'));
    expect(found.length).toBeGreaterThanOrEqual(8);
  });

  it('opens what is noted of health by no consent that is not about health', () => {
    const about = ['treatmentInterrupted', 'restrictedNotes', 'psychologicalFirstAid', 'servicesAlreadyGiven'];
    const others: DataCategory[] = ['identity', 'contact', 'livelihood', 'protection', 'trafficking'];
    for (const name of about) {
      const { opening } = everything.find(({ path }) => path === `Referral.details.${name}`)!;
      for (const need of NeedCategory.options) expect(isOpenedBy(opening, { categories: others, need })).toBe(false);
    }
  });
});

const covered: fc.Arbitrary<Covered> = fc.record({
  categories: fc.subarray([...DataCategory.options]),
  need: fc.option(fc.constantFrom(...NeedCategory.options)),
});

it('of anything, nothing is shown that the consent does not open, and all that it does', () => {
  const fields = { ...personalFields.DisclosedBeneficiary, minor: personalFields.Referral.details.minor };
  const told = Object.fromEntries(namedIn(fields).map(([path]) => [path.split('.').at(-1)!, `told ${path}`]));
  const { legalRepresentative, caregiver, relationship, caregiverInformed, whyNotInformed, ...flat } = told;
  const value = { ...flat, minor: { legalRepresentative, caregiver, relationship, caregiverInformed, whyNotInformed } };
  fc.assert(
    fc.property(covered, (by) => {
      const shown = JSON.stringify(openedOf(value, fields, by));
      for (const [path, opening] of namedIn(fields))
        expect(shown.includes(`"told ${path}"`), path).toBe(isOpenedBy(opening, by));
    }),
  );
});

it('what the table does not name is open to nobody', () => {
  const all: Covered = { categories: DataCategory.options, need: 'physical-injury' };
  expect(openedOf({ shoeSize: 43 }, {}, all)).toEqual({ shoeSize: null });
});
