import { describe, expect, it } from 'vitest';
import { help, isWhole, readOptions, WrongUse } from './options.ts';

const read = (...args: string[]) => readOptions(args, ['refer', 'read']);
const byDefault = {
  only: undefined,
  seconds: 2,
  concurrency: undefined,
  growthMax: 100_000,
  isJson: false,
  isProfile: false,
};

describe('the options of npm run bench', () => {
  it('are none that must be given', () => {
    expect(read()).toEqual(byDefault);
  });

  it('are read', () => {
    expect(
      read(
        '--only',
        'read,refer',
        '--seconds',
        '0.5',
        '--concurrency',
        '1,16',
        '--growth',
        '1000000',
        '--json',
        '--profile',
      ),
    ).toEqual({
      only: ['read', 'refer'],
      seconds: 0.5,
      concurrency: [1, 16],
      growthMax: 1_000_000,
      isJson: true,
      isProfile: true,
    });
  });

  it.each([
    [['--only', 'fly']],
    [['--only', 'read,fly']],
    [['--seconds', '0']],
    [['--seconds', '1e9']],
    [['--concurrency', '1,x']],
    [['--concurrency', '1.5']],
    [['--growth', '5']],
    [['--profile']],
    [['--quick']],
    [['refer']],
  ])('%j is refused', (args) => {
    expect(() => read(...args)).toThrow(WrongUse);
  });

  it('ask for help with --help', () => {
    expect(read('--help')).toBe('help');
    expect(help([{ name: 'refer', title: 'a referral' }])).toMatch(/--only.*refer +a referral/s);
  });

  it('write the page of a whole run with the usual numbers alone', () => {
    expect(isWhole(byDefault)).toBe(true);
    for (const args of [['--only', 'read'], ['--seconds', '1'], ['--concurrency', '1'], ['--json']])
      expect(isWhole(read(...args) as typeof byDefault)).toBe(false);
  });
});
