import { AgeBand, Instrument, Role } from '@rohnamo/contracts';
import { describe, expect, it } from 'vitest';
import { complaintsAboutAsker, complaintsAboutFit } from './who-may-use.ts';

const all = Instrument.options.map((instrument) => ({ instrument }));
const pointers = (complaints: readonly { pointer?: string | undefined }[]) => complaints.map(({ pointer }) => pointer);
const ofHealthStaff = [0, 1, 2, 3].map((index) => `#/screenings/${index}/instrument`);

describe('who may send results', () => {
  it('is a facility of every instrument, and everybody else of the Washington Group and TB alone', () => {
    for (const role of Role.options)
      expect(pointers(complaintsAboutAsker(all, role)), role).toEqual(role === 'facility' ? [] : ofHealthStaff);
  });

  it('is said to whoever may not', () => {
    expect(complaintsAboutAsker([{ instrument: 'k6' }], 'supervisor')).toMatchObject([
      { detail: expect.stringContaining('facility') },
    ]);
  });
});

describe('where results may go', () => {
  const adult = { ageBand: '30-44' } as const;

  it('is layer 3 or 4 of what health staff ask, and any layer of the rest', () => {
    for (const pyramidLayer of [1, 2])
      expect(pointers(complaintsAboutFit(all, { offering: { pyramidLayer }, person: adult }))).toEqual(ofHealthStaff);
    for (const pyramidLayer of [3, 4])
      expect(complaintsAboutFit(all, { offering: { pyramidLayer }, person: adult })).toEqual([]);
  });

  it('is nobody under five of the Washington Group, which is taken where the age is not known', () => {
    for (const ageBand of AgeBand.options)
      expect(
        pointers(complaintsAboutFit(all, { offering: { pyramidLayer: 3 }, person: { ageBand } })),
        ageBand,
      ).toEqual(ageBand === '0-4' ? ['#/screenings/4/instrument'] : []);
  });
});
