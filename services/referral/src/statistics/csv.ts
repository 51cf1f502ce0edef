import type { Statistics, StatisticsRow } from '@rohnamo/contracts';

type Told = Record<string, number | null>;

/** The same figures as a table (RFC 4180). A figure that is not told is an empty cell. */
export function csvOf({ quarter, groupBy, total, groups, others }: Statistics): string {
  const rows: [string, StatisticsRow][] = [
    ['total', total],
    ...groups.map((group): [string, StatisticsRow] => [group.key, group]),
    ...(others === null ? [] : [['others', others] as [string, StatisticsRow]]),
  ];
  const flat = rows.map(([key, row]): [string, Told] => [key, toldOf(row)]);
  const names = [...new Set(flat.flatMap(([, told]) => Object.keys(told)))];
  const lines = [
    ['quarter', groupBy ?? 'group', ...names],
    ...flat.map(([key, told]) => [quarter, key, ...names.map((name) => String(told[name] ?? ''))]),
  ];
  return lines.map((cells) => `${cells.map(cellOf).join(',')}\r\n`).join('');
}

/** A district's code is what somebody has imported. */
const cellOf = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

function toldOf({ sent, funnel, reasons }: StatisticsRow): Told {
  const told: Told = { sent };
  for (const [name, value] of Object.entries(funnel ?? {}))
    if (typeof value === 'number') told[name] = value;
    else if (value !== null) for (const [part, hours] of Object.entries(value)) told[`${name}.${part}`] = hours;
  for (const [kind, codes] of Object.entries(reasons ?? {}))
    for (const [code, count] of Object.entries(codes)) told[`${kind}.${code}`] = count;
  return told;
}
