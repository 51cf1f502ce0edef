import type { PlacedEntry } from '../entry.ts';
import { append, type Edge, emptyEdge, rootOfEdge } from '../tree/edge.ts';
import { leafHash } from '../tree/leaf.ts';
import { openCheckpoint } from '../tree/signed-note.ts';

/** Something that is not as it was when it was sealed. `position` and `entry` name the row, where one can be named. */
export interface Finding {
  what:
    | 'missing' // a position without an entry
    | 'changed' // an entry that is not the one that was sealed here
    | 'unplaced' // an entry that was not recorded as entries are
    | 'version-gap' // a subject whose versions do not follow one another
    | 'not-in-checkpoint' // the entries do not make the root that was signed
    | 'rolled-back' // somebody holds a checkpoint over more entries than there are
    | 'checkpoint-invalid'; // a note that the journal's key did not sign
  position?: number;
  entry?: string;
  detail: string;
}

export interface AuditOptions {
  /** The journal's key, in its verifier form. */
  verifier: string;
  /** Checkpoints to hold the entries against: the journal's newest, and any that somebody kept elsewhere. */
  checkpoints: readonly string[];
  /** The sealed hash of a position, where the journal's own tiles are at hand: with it, a changed row can be named. */
  sealedHash?: (position: number) => Promise<Buffer | null>;
}

/**
 * Holds exported entries, in the order of their positions from 1, against checkpoints. Needs nothing of the service that wrote
 * them: its public key, its entries, and a checkpoint that somebody kept. Memory stays flat: one edge, one version per subject.
 * @returns what is wrong; nothing where the entries are exactly those that were sealed.
 */
export async function auditEntries(
  entries: AsyncIterable<PlacedEntry> | Iterable<PlacedEntry>,
  { verifier, checkpoints, sealedHash }: AuditOptions,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const opened = checkpoints.map((note) => openCheckpoint(note, verifier));
  if (opened.includes(null))
    findings.push({
      what: 'checkpoint-invalid',
      detail: 'a checkpoint is not signed by the key of this journal, or was changed',
    });
  const bySize = Map.groupBy(
    opened.filter((checkpoint) => checkpoint !== null),
    ({ size }) => size,
  );
  const versions = new Map<string, number>();
  let edge: Edge = emptyEdge;
  let isBroken = false;

  const holdAgainstCheckpoints = (): void => {
    for (const { size, root } of bySize.get(edge.size) ?? [])
      if (!isBroken && !rootOfEdge(edge).equals(root)) {
        isBroken = true;
        findings.push({
          what: 'not-in-checkpoint',
          detail: `the first ${size} entries do not make the root that was signed`,
        });
      }
  };

  holdAgainstCheckpoints();
  for await (const entry of entries) {
    for (let position = edge.size + 1; position < entry.position; position++) {
      findings.push({ what: 'missing', position, detail: 'there is no entry at this position' });
      isBroken = true;
      edge = { ...edge, size: position };
    }
    const hash = leafHash(entry);
    const sealed = (await sealedHash?.(entry.position)) ?? null;
    if (sealed !== null && !sealed.equals(hash)) {
      findings.push({
        what: 'changed',
        position: entry.position,
        entry: entry.id,
        detail: 'the entry is not the one that was sealed at this position',
      });
      isBroken = true;
    }
    if (entry.version !== null) {
      const before = versions.get(entry.subject) ?? 0;
      if (entry.version !== before + 1)
        findings.push({
          what: 'version-gap',
          position: entry.position,
          entry: entry.id,
          detail: `version ${entry.version} follows version ${before}`,
        });
      versions.set(entry.subject, entry.version);
    }
    edge = isBroken ? { ...edge, size: entry.position } : append(edge, [hash]).edge;
    holdAgainstCheckpoints();
  }
  for (const [size] of bySize)
    if (size > edge.size)
      findings.push({
        what: 'rolled-back',
        detail: `a checkpoint was signed over ${size} entries, and there are ${edge.size}`,
      });
  return findings;
}
