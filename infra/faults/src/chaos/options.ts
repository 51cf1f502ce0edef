import { parseArgs } from 'node:util';
import { optionsFault } from '@rohnamo/service-kit';
import { type FaultKind, kindsOfFault } from './schedule.ts';

export interface ChaosOptions {
  seed: number;
  minutes: number;
  crashPoints: number;
  perSecond: number;
  /** Kinds of fault; undefined: all that there are. */
  only: readonly FaultKind[] | undefined;
  brokerCount: number;
  /** A folder on a disk that is filled. */
  diskFolder: string | undefined;
  hasClocks: boolean;
  /** A checkout of another version. */
  otherVersion: string | undefined;
  isJson: boolean;
}

const inLines = (names: readonly string[]): string =>
  names.map((name, index) => (index % 5 === 0 ? `\n${' '.repeat(23)}${name}` : name)).join(', ');

/** The command line cannot be understood: the message says why. */
export class WrongUse extends Error {
  override name = 'WrongUse';
}

export const help = `npm run faults [-- options]

Starts the platform as its real processes, on a Postgres and a Kafka of their own, drives referrals through it as three migration
services and three facilities, and breaks it meanwhile: processes, Postgres and the broker killed or frozen, links cut, slow, reset or
half-open, endpoints that fail or say nothing, answers that never arrive, requests sent twice, two who act at once, processes that
join and leave their groups without end, effects that fail and are parked. Then it lets all come to rest, and counts every promise that was not kept. Exit code 0: none; 1: some; 2: called wrongly.

  --seed <n>           what is broken, in which order, for how long; default: drawn, and printed
  --minutes <n>        how long faults are made; default 2, or 0 with --crash-points
  --crash-points <n>   kills a process so many times at each crash point: between any two steps that must not be half done
  --per-second <n>     handoffs that begin in a second, at most; default 12
  --only <kinds>       only these kinds of fault, comma-separated: ${inLines(kindsOfFault)}
  --brokers <n>        1 or 3: three keep a copy of everything each, and any of them is killed; default 1
  --small-disk <dir>   keeps the data of Postgres and of the brokers there, and fills the disk that it is on: one of 1 to 8 GiB, made
                       for this (mount -t tmpfs -o size=2g tmpfs <dir>)
  --clocks             sets the clocks of processes 90 s ahead and behind; needs Debian's package faketime
  --beside <dir>       the second process of referral and of notifications runs from there: a checkout of another version, after
                       its npm start -- --once
  --json               prints the figures as JSON on standard output
  --help               this text

Progress is on standard error, a line per fault. Where a promise was broken it prints the seed, what was broken until then, and of each
referral concerned what its clients were told, its trail and its deliveries. Needs Java 17 and Maven for Kafka, and no Docker.`;

/** @throws WrongUse */
export function readOptions(args: readonly string[], drawSeed: () => number): ChaosOptions | 'help' {
  const values = parse(args);
  if (values.help) return 'help';
  const crashPoints = wholeNumber('--crash-points', values['crash-points'], { min: 0, max: 1000 }) ?? 0;
  return {
    seed: wholeNumber('--seed', values.seed, { min: 0, max: 2 ** 32 - 1 }) ?? drawSeed(),
    minutes: number('--minutes', values.minutes, { min: 0, max: 10_000 }) ?? (crashPoints > 0 ? 0 : 2),
    crashPoints,
    perSecond: number('--per-second', values['per-second'], { min: 0.1, max: 1000 }) ?? 12,
    only: values.only === undefined ? undefined : values.only.split(',').map(kindNamed),
    brokerCount: brokerCounts(values.brokers ?? '1'),
    diskFolder: values['small-disk'],
    hasClocks: values.clocks ?? false,
    otherVersion: values.beside,
    isJson: values.json ?? false,
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = {
    seed: text,
    minutes: text,
    'crash-points': text,
    'per-second': text,
    only: text,
    brokers: text,
    'small-disk': text,
    clocks: flag,
    beside: text,
    json: flag,
    help: flag,
  };
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new WrongUse(optionsFault(error));
  }
}

function kindNamed(text: string): FaultKind {
  const kind = kindsOfFault.find((one) => one === text);
  if (kind === undefined) throw new WrongUse(`--only takes kinds of fault: there is no ${text}`);
  return kind;
}

function brokerCounts(text: string): number {
  if (text !== '1' && text !== '3') throw new WrongUse('--brokers takes 1 or 3');
  return Number(text);
}

function number(
  name: string,
  text: string | undefined,
  { min, max }: { min: number; max: number },
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d{1,15}(\.\d{1,15})?$/.test(text) || !(value >= min && value <= max))
    throw new WrongUse(`${name} takes a number from ${min} to ${max}`);
  return value;
}

function wholeNumber(...[name, text, range]: Parameters<typeof number>): number | undefined {
  const value = number(name, text, range);
  if (value !== undefined && !Number.isInteger(value)) throw new WrongUse(`${name} takes a whole number`);
  return value;
}
