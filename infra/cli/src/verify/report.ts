import type { AuditReport, Finding } from '@rohnamo/journal';

const states: Record<AuditReport['checkpoints'][number]['state'], string> = {
  holds: 'holds',
  'holds-but-for': 'holds, but for the rows named below',
  broken: 'does NOT hold',
  unproved: 'cannot be held against these entries, see below',
  beyond: 'covers more entries than there are',
};

/** What was proved and what was found, for a person to read. */
export function readableReport({
  entries,
  proved,
  sealed,
  pending,
  checkpoints,
  findings,
  unnamed,
}: AuditReport): string {
  return [
    count(entries, 'entry', 'entries'),
    `  ${proved} proved by a checkpoint that you hold`,
    `  ${sealed} sealed later than any of them, and like their seal`,
    `  ${pending} pending: not sealed when they were exported`,
    '',
    ...checkpoints.map(
      ({ size, lastEntryTime, state }) =>
        `checkpoint over ${count(size, 'entry', 'entries')}${lastEntryTime === null ? '' : `, the last of ${lastEntryTime}`}: ${states[state]}`,
    ),
    '',
    findings.length === 0 ? 'Nothing was changed.' : `${count(findings.length + unnamed, 'finding', 'findings')}:`,
    ...findings.map((finding) => `  ${readableFinding(finding)}`),
    ...(unnamed === 0 ? [] : [`  and ${unnamed} more rows`]),
    '',
  ].join('\n');
}

function readableFinding({ what, position, through, entry, detail }: Finding): string {
  const where =
    position === undefined
      ? []
      : [through === undefined ? `position ${position}` : `positions ${position} to ${through}`];
  const named = entry === undefined ? [] : [through === undefined ? `entry ${entry}` : `the first is entry ${entry}`];
  return [what, ...where, ...named].join(', ') + `: ${detail}`;
}

const count = (number: number, one: string, several: string): string => `${number} ${number === 1 ? one : several}`;
