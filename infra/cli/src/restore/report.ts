import type { ServiceName } from '@rohnamo/launch';
import type { LostSubject } from './lost-versions.ts';
import type { Restored } from './restore-databases.ts';

/** What a restore has found, for people to work off. It holds ids, types and times, nothing personal. */
export function reportOf(found: ReadonlyMap<ServiceName, Restored>, { takenAt, now }: { takenAt: string; now: Date }) {
  return { format: 1, backupTakenAt: takenAt, restoredAt: now.toISOString(), databases: Object.fromEntries(found) };
}

/** What was proved and what was lost, in plain words. */
export function wordsOf(service: ServiceName, { proof, lost, shortfalls, entriesBehind }: Restored): string {
  const lines = [
    `the journal's ${proof.entries} entries are exactly those that were sealed`,
    ...(proof.heldAgainst > 0
      ? [`it begins with ${checkpoints(proof.heldAgainst)} kept outside: nothing up to there was changed`]
      : []),
    ...proof.rolledBack.map((detail) => `ROLLED BACK: ${detail}: what came after is lost`),
    ...(proof.gaps.length > 0 ? [`${proof.gaps.length} gaps in versions, from an earlier restore`] : []),
    ...(entriesBehind !== null && entriesBehind > 0
      ? [`BEHIND: the database that is there has ${entriesBehind} entries more, which the backup lacks`]
      : []),
    ...lostLines(lost),
    ...(shortfalls.length > 0
      ? ['Kafka no longer has all that it should hear again: stop all services and publish again with --kafka-lost']
      : []),
  ];
  return lines.map((line) => `${service}: ${line}\n`).join('');
}

function lostLines(lost: readonly LostSubject[]): string[] {
  if (lost.length === 0) return ['nobody has heard of anything that is not in it'];
  const versions = lost.flatMap((subject) => subject.lost);
  const types = Map.groupBy(versions, ({ event }) => event?.type ?? 'known to a consumer alone');
  const gone = lost.filter(({ outcome }) => outcome === 'gone').length;
  return [
    `LOST: ${versions.length} versions of ${lost.length} subjects, of which others have heard; ${gone} of these subjects are gone`,
    ...[...types].sort(([a], [b]) => (a < b ? -1 : 1)).map(([type, of]) => `  ${of.length} × ${type}`),
  ];
}

const checkpoints = (count: number): string => (count === 1 ? 'the checkpoint' : `the ${count} checkpoints`);
