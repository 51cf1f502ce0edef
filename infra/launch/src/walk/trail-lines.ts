import type { TrailEntry } from '@rohnamo/contracts';

/** A trail for reading: position, version, time, what happened, to which state, by whom. */
export function trailLines(entries: readonly TrailEntry[]): string[] {
  const rows = entries.map(({ position, version, time, type, state, implied, actor }) => [
    String(position ?? '…'),
    version === null ? '–' : String(version),
    time.slice(11, 23),
    type,
    [...implied.map((step) => `(${step})`), state ?? ''].join(' '),
    [actor.role ?? actor.kind, actor.actingPerson].filter((part) => part !== null).join(' '),
  ]);
  const table = [['position', 'version', 'time', 'what', 'state', 'by'], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  return table.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')}`.trimEnd());
}
