import { describe, expect, it } from 'vitest';
import { someFigures } from '../measure/some-figures.ts';
import { hotspotsOf } from './hotspots.ts';
import { barsOf, pageOf } from './page.ts';
import { plotOf } from './plot.ts';
import type { PathResult, RunResult } from './result.ts';
import { asMarkdown, asText, cellsOf, shown } from './table.ts';

const compared: PathResult = {
  name: 'refer',
  title: 'Refer',
  about: 'About it.',
  rows: [
    {
      label: 'c = 16',
      product: someFigures(3000, { nodeCpuUs: 250, settleMs: 40 }),
      ceiling: someFigures(6000, { nodeCpuUs: 80.5 }),
    },
  ],
  readings: [],
  checks: [{ what: 'of the rate', value: 0.5, isMet: true }],
  ratioMin: 0.6,
};
const atRest: PathResult = {
  name: 'idle',
  title: 'At rest',
  about: 'About rest.',
  rows: [],
  readings: [
    { what: 'memory', value: 512.4, unit: 'MB' },
    { what: 'CPU', value: null, unit: '%' },
  ],
  checks: [],
  ratioMin: null,
};
const run: RunResult = {
  machine: {
    date: '2026-11-24',
    cpu: 'A processor',
    cores: 2,
    memoryGb: 24,
    system: 'Linux',
    node: '24.0.0',
    postgres: '18.0',
    kafka: '4.4.0',
    durability: 'fsync on, synchronous_commit on',
    loadBefore: 3,
    isQuiet: false,
  },
  hello: { perSecond: 60_000, loadCores: 0.9 },
  paths: [atRest, compared],
};

describe('a table', () => {
  it('has a line for the product and one for its ceiling, and no column that nobody fills', () => {
    expect(asText(cellsOf(compared)).split('\n')).toEqual([
      '        side     per s  ratio  p50 ms  p99 ms  node µs  Postgres µs  RSS MB  settles ms',
      'c = 16  product  3,000   0.50    1.00    2.00      250          n/a     n/a        40.0',
      '        ceiling  6,000           1.00    2.00     80.5          n/a     n/a',
    ]);
  });

  it('in Markdown has as many cells in every line', () => {
    const lines = asMarkdown(cellsOf(compared)).split('\n');
    expect(new Set(lines.map((line) => line.split('|').length)).size).toBe(1);
  });

  it('of readings says n/a of what cannot be told here', () => {
    expect(asText(cellsOf(atRest))).toMatch(/memory +512 MB\nCPU +n\/a/);
  });

  it.each([
    [null, 'n/a'],
    [0, '0.00'],
    [1.234, '1.23'],
    [12.34, '12.3'],
    [123.4, '123'],
    [12_345.6, '12,346'],
  ])('shows %s as %s', (value, text) => {
    expect(shown(value)).toBe(text);
  });
});

describe('the plot', () => {
  it('is a picture with a bar for each comparison, as long as its share', () => {
    const picture = plotOf(barsOf(run.paths));
    expect(picture.match(/<rect /g)).toHaveLength(2); // the background, and the one bar
    expect(picture).toContain('refer, c = 16');
    const lengthOf = (ratio: number) =>
      Number(/<rect x="220"[^>]* width="([\d.]+)"/.exec(plotOf([{ label: '', ratio, aim: null }]))?.[1]);
    expect(lengthOf(1)).toBeCloseTo(2 * lengthOf(0.5), 0);
  });

  it('quotes what would be markup', () => {
    expect(plotOf([{ label: 'a<b & c', ratio: 1, aim: null }])).toContain('a&lt;b &amp; c');
  });
});

describe('the page', () => {
  const page = pageOf(run);

  it('says that the command writes it, on what, and that the machine was busy', () => {
    expect(page).toMatch(/written by `npm run bench`/);
    expect(page).toContain('A processor, 2 cores, 24 GB, Linux; Node 24.0.0, Postgres 18.0');
    expect(page).toContain('**The machine was busy**');
  });

  it('has every path with its checks, and shows the plot', () => {
    expect(page).toMatch(/## At rest.*## Refer.*- met: of the rate: 0\.50/s);
    expect(page).toContain('](performance.svg)');
  });
});

it('hotspots are the functions where busy time went by, rest left out', () => {
  const node = (id: number, functionName: string, url = '') => ({
    id,
    callFrame: { functionName, url, lineNumber: 9 },
  });
  const nodes = [node(1, '(idle)'), node(2, 'parse', 'file:///x/node_modules/zod/v4/parse.js'), node(3, '(program)')];
  const profile = { nodes, samples: [1, 2, 3, 2], timeDeltas: [1000, 20, 40, 40] };
  expect(hotspotsOf(profile, 1)).toEqual([{ where: 'parse zod/v4/parse.js:10', share: 0.6 }]);
});
