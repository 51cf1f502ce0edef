import { describe, expect, it } from 'vitest';
import { readOptions, WrongUse } from './options.ts';

const read = (...args: string[]) => readOptions(args, () => 7);

describe('the command line', () => {
  it('draws a seed and takes two minutes where nothing is said', () => {
    expect(read()).toEqual({
      seed: 7,
      minutes: 2,
      crashPoints: 0,
      perSecond: 12,
      only: undefined,
      brokerCount: 1,
      diskFolder: undefined,
      hasClocks: false,
      otherVersion: undefined,
      isJson: false,
    });
  });

  it('takes what is said', () => {
    expect(read('--seed', '0', '--minutes', '0.5', '--crash-points', '3', '--per-second', '5', '--json')).toMatchObject(
      {
        seed: 0,
        minutes: 0.5,
        crashPoints: 3,
        perSecond: 5,
        isJson: true,
      },
    );
    expect(read('--crash-points', '3')).toMatchObject({ minutes: 0 });
    expect(
      read(
        '--brokers',
        '3',
        '--only',
        'disk-full,clock-ahead',
        '--clocks',
        '--small-disk',
        '/small',
        '--beside',
        '../before',
      ),
    ).toMatchObject({
      brokerCount: 3,
      only: ['disk-full', 'clock-ahead'],
      hasClocks: true,
      diskFolder: '/small',
      otherVersion: '../before',
    });
    expect(read('--help', '--seed', '1')).toBe('help');
  });

  it.each([
    ['--seed', '1.5'],
    ['--seed', '-1'],
    ['--minutes', ''],
    ['--minutes', 'two'],
    ['--for', '3'],
    ['--brokers', '2'],
    ['--only', 'broker-fired'],
    ['now'],
  ])('refuses %s %s', (...args) => {
    expect(() => read(...args)).toThrow(WrongUse);
  });
});
