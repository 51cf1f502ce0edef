import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** The paths to measure; all where none is named. */
  only: readonly string[] | undefined;
  /** How long a turn takes, and in proportion how many rows a file or a backlog has. */
  seconds: number;
  /** How many callers at once, instead of each path's own numbers. */
  concurrency: readonly number[] | undefined;
  /** The most rows that the growth path goes up to. */
  growthMax: number;
  isJson: boolean;
  isProfile: boolean;
}

/** The command line cannot be understood: the message says why. */
export class WrongUse extends Error {}

export const help = (paths: readonly { name: string; title: string }[]): string => `npm run bench [-- options]

Measures the product's hot paths as its real processes, on a Postgres and a Kafka of their own, and between its turns the barest
program that does the same durable work on the same Postgres: its ceiling. Prints both and writes docs/performance.md and the
plot beside it; with --only, --json or --profile, or with numbers of your own, it only prints. Run it on a machine that has nothing else to do.

  --only <a,b,…>          these paths alone
  --seconds <n>           length of one turn; default 2. Each side has three turns at each number of callers, after a warm-up.
                          A backlog or a file (journal, intake, trail) has 50,000 rows for each second instead
  --concurrency <a,b,…>   callers at once, instead of each path's own numbers; for webhook those in step, for intake files that
                          are pushed at once. journal and trail have no callers
  --growth <rows>         how far the growth path goes: 100000 (default) or up to 1000000
  --profile               runs the product under node --cpu-prof, says where the profile is and what took the time, in node by
                          function and in Postgres by statement; needs --only
  --json                  prints the results as JSON on standard output
  --help                  this text

The paths:
${paths.map(({ name, title }) => `  ${name.padEnd(22)}  ${title}`).join('\n')}

Needs what npm start needs for Kafka; listens on the loopback interface only. CPU and memory are told on Linux, of servers that run natively.`;

/** @throws WrongUse */
export function readOptions(args: readonly string[], paths: readonly string[]): BenchOptions | 'help' {
  const values = parse(args);
  if (values.help) return 'help';
  const only = values.only?.split(',');
  if (only?.some((name) => !paths.includes(name))) throw new WrongUse(`--only takes some of ${paths.join(', ')}`);
  if (values.profile && only === undefined) throw new WrongUse('--profile needs --only');
  return {
    only,
    seconds: numberOf('--seconds', values.seconds, { min: 0.2, max: 20 }) ?? 2,
    concurrency: values.concurrency
      ?.split(',')
      .map((text) => wholeNumberOf('--concurrency', text, { min: 1, max: 1000 })),
    growthMax:
      values.growth === undefined ? 100_000 : wholeNumberOf('--growth', values.growth, { min: 10_000, max: 1_000_000 }),
    isJson: values.json ?? false,
    isProfile: values.profile ?? false,
  };
}

/** Whether the page is written: only what a whole run with the usual numbers has measured. */
export const isWhole = ({ only, seconds, concurrency, isJson }: BenchOptions): boolean =>
  only === undefined && seconds === 2 && concurrency === undefined && !isJson;

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: 'string' },
        seconds: { type: 'string' },
        concurrency: { type: 'string' },
        growth: { type: 'string' },
        json: { type: 'boolean' },
        profile: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    return values;
  } catch (cause) {
    throw new WrongUse(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function numberOf(name: string, text: string | undefined, { min, max }: { min: number; max: number }) {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || number < min || number > max)
    throw new WrongUse(`${name} takes a number from ${min} to ${max}`);
  return number;
}

function wholeNumberOf(name: string, text: string, bounds: { min: number; max: number }): number {
  const number = numberOf(name, text, bounds);
  if (!Number.isInteger(number)) throw new WrongUse(`${name} takes whole numbers`);
  return number!;
}
