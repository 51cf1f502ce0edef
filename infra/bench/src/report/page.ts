import { ratioOf } from '../measure/figures.ts';
import { rounds } from '../measure/turn.ts';
import type { Bar } from './plot.ts';
import type { PathResult, RunResult } from './result.ts';
import { asMarkdown, cellsOf, shown } from './table.ts';

export const plotName = 'performance.svg';

/** `docs/performance.md`, all of it. */
export function pageOf({ machine, hello, paths }: RunResult): string {
  const state = machine.isQuiet
    ? `The machine was quiet (load ${machine.loadBefore.toFixed(2)} before).`
    : `**The machine was busy** (load ${machine.loadBefore.toFixed(2)} before): do not hold these figures against others.`;
  return `# Performance

This page and its plot are written by \`npm run bench\`: change the command, not the page.

Each hot path is measured on the product as its real processes, and in the same run, turn by turn (product, ceiling, product, ceiling …),
on the barest program that does the same durable work on the same Postgres. That program is the **ceiling**: it asks nothing, checks nothing
and logs nothing, and shares one commit among all that wait. What the product reaches of it is the price of its promises.
Figures are medians of ${rounds} turns. [infra/bench](../infra/bench) tells more.

Measured on ${machine.date}: ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.system}; Node ${machine.node}, Postgres ${machine.postgres} (${machine.durability}), Kafka ${machine.kafka}.
Load, services, Postgres and Kafka share these cores. ${state}

The load itself reaches ${shown(hello.perSecond)} requests a second of a bare hello, with ${hello.loadCores.toFixed(2)} of a core: no figure near that is to be believed.

![What each path reaches of its ceiling; the stroke is its aim](${plotName})

${paths.map(sectionOf).join('\n\n')}

## How to read it

- **ratio**: the product's rate by the ceiling's. **c**: callers at once, each with one connection, each sending when it is answered.
- **node µs**, **Postgres µs**: CPU time for each request, of the process that answers and of all processes of Postgres; background work of the turn included.
- **settles**: how long after a turn placing and relaying took to catch up. **RSS**: memory of the process after the turn.
`;
}

function sectionOf(path: PathResult): string {
  const { title, about, checks } = path;
  const checkLines = checks.map(
    ({ what, value, isMet }) => `- ${isMet ? 'met' : '**not met**'}: ${what}: ${value.toFixed(2)}`,
  );
  return [
    `## ${title}`,
    about,
    asMarkdown(cellsOf(path)),
    ...(checkLines.length === 0 ? [] : [checkLines.join('\n')]),
  ].join('\n\n');
}

/** A bar for each comparison with a ceiling. */
export const barsOf = (paths: readonly PathResult[]): Bar[] =>
  paths.flatMap(({ name, rows, ratioMin }) =>
    rows.flatMap((row) => {
      const ratio = ratioOf(row);
      return ratio === null ? [] : [{ label: `${name}, ${row.label}`, ratio, aim: ratioMin }];
    }),
  );
