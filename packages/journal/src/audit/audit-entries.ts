import type { AuditRow } from '../export/export-line.ts';
import { openCheckpoint } from '../tree/signed-note.ts';
import { type Discrepancy, explain } from './displaced.ts';
import { type Finding, joinRuns } from './finding.ts';
import { twoTrees } from './growing-tree.ts';
import { positionsInOrder } from './positions.ts';
import { versionsOfSubjects } from './versions.ts';

export interface AuditOptions {
  /** The journal's key, in its verifier form. */
  verifier: string;
  /** Checkpoints to hold the entries against: the journal's newest, and any that somebody kept elsewhere. */
  checkpoints: readonly string[];
}

/** How a checkpoint stands to the entries. */
export interface HeldCheckpoint {
  size: number;
  /** When the last entry under it was recorded; null where that entry is not there. */
  lastEntryTime: string | null;
  /**
   * holds: the entries make the root that was signed. holds-but-for: the hashes that were sealed make it, so exactly the rows
   * that are named are not as they were. broken: neither does. unproved: rows are missing, or an earlier one is broken, so
   * nothing can be said. beyond: there are fewer entries than it covers.
   */
  state: 'holds' | 'holds-but-for' | 'broken' | 'unproved' | 'beyond';
}

export interface AuditReport {
  /** Entries that were read. */
  entries: number;
  /** Entries that a checkpoint proves to be those that were sealed. */
  proved: number;
  /** Entries that were sealed, and that no checkpoint at hand proves. */
  sealed: number;
  /** Entries that were not sealed yet when they were read: about a second's worth. */
  pending: number;
  /** By size. */
  checkpoints: HeldCheckpoint[];
  /** What is wrong; nothing where the entries are exactly those that were sealed. */
  findings: Finding[];
  /** Rows that are wrong beyond the most that are named. */
  unnamed: number;
}

/** More are counted, not named: a journal of which nothing is right must not take all memory. */
const namedMax = 100_000;
/** How many entries behind the sealed ones are looked at for those that a removal or an insertion has pushed there. */
const pushedMax = 10_000;

/**
 * Holds the rows of a journal, in the order of their positions from 1, against checkpoints. They come some at a time, as they were
 * read, for waiting for each would take as long as what is done with it. Needs nothing of the service that
 * wrote them: its public key, its entries, and a checkpoint that somebody kept. Memory grows with what is wrong and with the
 * number of subjects, not with the entries.
 */
export async function auditEntries(
  lots: AsyncIterable<Iterable<AuditRow>>,
  { verifier, checkpoints }: AuditOptions,
): Promise<AuditReport> {
  const { invalid, bySize } = openAll(checkpoints, verifier);
  const counts = { entries: 0, proved: 0, sealed: 0, pending: 0 };
  const held: HeldCheckpoint[] = [];
  const ofCheckpoints: Finding[] = [];
  const ofRows: Finding[] = [];
  const discrepancies: Discrepancy[] = [];
  const pushed: Discrepancy[] = [];
  let undecided = 0; // where the discrepancies begin over which no checkpoint has decided
  let [unnamed, provedTo, isBroken] = [0, 0, false];
  const trees = twoTrees();
  const order = positionsInOrder();
  const versions = versionsOfSubjects();

  const name = <Item>(list: Item[], item: Item): void => {
    if (ofRows.length + discrepancies.length < namedMax) list.push(item);
    else unnamed += 1;
  };

  /** Up to here the entries are those that were signed: whatever else was sealed for them is what was changed. */
  const clearEntries = (): void => {
    for (const { position, row } of discrepancies.splice(undecided)) {
      ofRows.push({
        what: 'seal-changed',
        position,
        entry: row!.id,
        detail: 'the entry is the one that was signed, the hash that is kept for it is not',
      });
      counts.sealed += 1;
    }
  };

  const holdAgainstCheckpoints = (size: number, lastEntryTime: string | null): void => {
    const signed = bySize.get(size);
    if (signed === undefined) return;
    const roots = trees.roots();
    const isSigned = (root: Buffer | null) => root !== null && signed.some((each) => each.root.equals(root));
    const isKnown = !isBroken && (roots.standing ?? roots.sealed) !== null;
    const state = isSigned(roots.standing)
      ? 'holds'
      : isSigned(roots.sealed)
        ? 'holds-but-for'
        : isKnown
          ? 'broken'
          : 'unproved';
    held.push(...signed.map(() => ({ size, lastEntryTime, state }) as const));
    if (state === 'broken') {
      isBroken = true;
      ofCheckpoints.push(notInCheckpoint({ provedTo, size }));
    }
    if (state === 'broken' || state === 'unproved') return;
    if (signed.some(({ root }) => !root.equals(signed[0]!.root))) ofCheckpoints.push(signedTwice(size));
    if (state === 'holds') clearEntries();
    trees.goOnFrom(state === 'holds' ? 'standing' : 'sealed');
    undecided = discrepancies.length;
    counts.proved += counts.sealed + counts.pending;
    counts.sealed = counts.pending = 0;
    provedTo = size;
  };

  const take = ({ position, sealed, entry }: AuditRow & { position: number }): void => {
    const { isBehindGap, wrong } = order.next(position);
    if (isBehindGap) trees.lose();
    if (wrong !== null) return name(ofRows, { position, ...(entry && { entry: entry.id }), ...wrong });
    if (entry === null && sealed === null) name(ofRows, unreadable(position));
    trees.add({ entry: entry?.hash ?? null, sealed });
    const isAsSealed = entry !== null && (sealed === null || sealed === entry.hash || sealed.equals(entry.hash));
    if (isAsSealed) counts[sealed === null ? 'pending' : 'sealed'] += 1;
    if (!isAsSealed) name(discrepancies, discrepancyOf(position, { sealed, entry }));
    else if (sealed === null && discrepancies.length > 0 && pushed.length < pushedMax)
      pushed.push(discrepancyOf(position, { sealed, entry }));
    if (entry !== null) versions.next(position, entry);
  };

  holdAgainstCheckpoints(0, null);
  for await (const rows of lots)
    for (const { position, sealed, entry } of rows) {
      if (entry !== null) counts.entries += 1;
      if (position !== null) {
        take({ position, sealed, entry });
        if (position === order.last()) holdAgainstCheckpoints(position, entry?.time ?? null);
      } else if (entry !== null) name(ofRows, unplaced(entry.id));
    }

  const last = order.last();
  const beyond = [...bySize].filter(([size]) => size > last).flatMap(([, signed]) => signed);
  held.push(...beyond.map(({ size }) => ({ size, lastEntryTime: null, state: 'beyond' }) as const));
  if (beyond.length > 0) ofCheckpoints.push(rolledBack({ last, size: Math.max(...beyond.map(({ size }) => size)) }));
  const wrongRows = inOrder([...ofRows, ...order.missing(), ...explain([...discrepancies, ...pushed])]);
  const firstWrong = wrongRows[0]?.position ?? Infinity;
  return {
    ...counts,
    checkpoints: held.toSorted((one, other) => one.size - other.size),
    findings: [...invalid, ...joinRuns(inOrder([...wrongRows, ...versions.gapsBefore(firstWrong)])), ...ofCheckpoints],
    unnamed,
  };
}

function openAll(notes: readonly string[], verifier: string) {
  const opened = notes.map((note) => ({ note, checkpoint: openCheckpoint(note, verifier) }));
  const invalid = opened.filter(({ checkpoint }) => checkpoint === null).map(({ note }) => invalidCheckpoint(note));
  const checkpoints = opened.flatMap(({ checkpoint }) => checkpoint ?? []);
  return { invalid, bySize: Map.groupBy(checkpoints, ({ size }) => size) };
}

const discrepancyOf = (position: number, { sealed, entry }: Pick<AuditRow, 'sealed' | 'entry'>): Discrepancy => ({
  position,
  sealed: sealed?.toString('hex') ?? null,
  row: entry && { id: entry.id, hash: entry.hash.toString('hex') },
});

const inOrder = (findings: Finding[]): Finding[] =>
  findings.toSorted((one, other) => (one.position ?? Infinity) - (other.position ?? Infinity) || 0);

const invalidCheckpoint = (note: string): Finding => ({
  what: 'checkpoint-invalid',
  detail: `a checkpoint that begins ${JSON.stringify(note.split('\n').slice(0, 2).join(' ').slice(0, 80))} is not signed by this key, or was changed`,
});
const unplaced = (entry: string): Finding => ({
  what: 'unplaced',
  entry,
  detail: 'the entry has no place and does not wait for one: nobody recorded it',
});
const unreadable = (position: number): Finding => ({
  what: 'unreadable',
  position,
  detail: 'the row of this position cannot be read',
});
const notInCheckpoint = ({ provedTo, size }: { provedTo: number; size: number }): Finding => ({
  what: 'not-in-checkpoint',
  position: provedTo + 1,
  through: size,
  detail: `the first ${size} entries do not make the root that was signed${provedTo === 0 ? '' : `, the first ${provedTo} do`}`,
});
const signedTwice = (size: number): Finding => ({
  what: 'not-in-checkpoint',
  position: 1,
  through: size,
  detail: `two roots were signed over ${size} entries: the journal was shown in two forms`,
});
const rolledBack = ({ last, size }: { last: number; size: number }): Finding => ({
  what: 'rolled-back',
  position: last + 1,
  through: size,
  detail: `a checkpoint was signed over ${size} entries, and there are ${last}`,
});
