import { expect, it } from 'vitest';
import { type Identity, isAnotherPerson } from './identity.ts';

const ali: Identity = {
  givenName: 'Али',
  familyName: 'Каримов',
  fatherName: null,
  sex: 'male',
  birthDate: '1990-01-01',
};

it.each<[string, Partial<Identity>, boolean]>([
  ['another family name, sex and birth date', { familyName: 'Назарова', sex: 'female', birthDate: '1971-07-07' }, true],
  ['another family name and birth date', { familyName: 'Назаров', birthDate: '1970-12-12' }, true],
  ['another sex and birth date', { sex: 'female', birthDate: '1970-12-12' }, true],
  ['another given name and a father’s name that was not known', { givenName: 'Вали', fatherName: 'Рустам' }, true],
  ['another birth date alone', { birthDate: '1990-10-01' }, false],
  ['another family name alone', { familyName: 'Назаров' }, false],
  [
    'another birth date, and a father’s name that was not known',
    { birthDate: '1990-10-01', fatherName: 'Рустам' },
    false,
  ],
  ['the same in capitals', { givenName: 'АЛИ', familyName: 'КАРИМОВ' }, false],
])('with %s, whether it is taken for another person', (_what, other, isAnother) => {
  expect(isAnotherPerson(ali, { ...ali, ...other })).toBe(isAnother);
});
