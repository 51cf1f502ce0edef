import { type Figures, ratioOf, type Row } from '../measure/figures.ts';
import type { PathResult } from './result.ts';

/** Cells of text; the first row is the head. */
export type Cells = readonly (readonly string[])[];

const head = [
  '',
  'side',
  'per s',
  'ratio',
  'p50 ms',
  'p99 ms',
  'node µs',
  'Postgres µs',
  'RSS MB',
  'settles ms',
  'failed',
];

/** A path's table: a line each for product and ceiling where it was held against one, else its readings. */
export function cellsOf({ rows, readings }: Pick<PathResult, 'rows' | 'readings'>): Cells {
  if (rows.length === 0)
    return [
      ['', ''],
      ...readings.map(({ what, value, unit }) => [what, value === null ? 'n/a' : `${shown(value)} ${unit}`]),
    ];
  return [head, ...rows.flatMap(linesOf)];
}

function linesOf(row: Row): string[][] {
  const { label, product, ceiling } = row;
  const ratio = ratioOf(row);
  const line = (name: string, side: string, figures: Figures, share: string) => [
    name,
    side,
    shown(figures.perSecond),
    share,
    ...[figures.p50Ms, figures.p99Ms, figures.nodeCpuUs, figures.postgresCpuUs, figures.rssMb].map(shown),
    figures.settleMs === null ? '' : shown(figures.settleMs),
    figures.failures === 0 ? '' : String(figures.failures),
  ];
  return [
    line(label, 'product', product, ratio === null ? '' : ratio.toFixed(2)),
    ...(ceiling === null ? [] : [line('', 'ceiling', ceiling, '')]),
  ];
}

/** A number with as many digits as mean something. */
export function shown(value: number | null): string {
  if (value === null) return 'n/a';
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** For a terminal: columns as wide as they must be, numbers to the right. Columns that hold nothing are left out. */
export function asText(cells: Cells): string {
  const table = withoutEmptyColumns(cells);
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table
    .map((row) =>
      row.map((cell, column) => (column < 2 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))),
    )
    .map((row) => row.join('  ').trimEnd())
    .join('\n');
}

/** For a document: a table of GitHub Flavored Markdown. */
export function asMarkdown(cells: Cells): string {
  const [first = [], ...rest] = withoutEmptyColumns(cells);
  const line = (row: readonly string[]) => `| ${row.join(' | ')} |`;
  return [line(first), `|${first.map((_, column) => (column < 2 ? '---' : '--:')).join('|')}|`, ...rest.map(line)].join(
    '\n',
  );
}

/** A column stays where any row below the head says something in it; the first always does. */
function withoutEmptyColumns(cells: Cells): Cells {
  const stays = (cells[0] ?? []).map((_, column) => column === 0 || cells.slice(1).some((row) => row[column] !== ''));
  return cells.map((row) => row.filter((_, column) => stays[column]));
}
