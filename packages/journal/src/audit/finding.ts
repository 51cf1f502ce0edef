/** Something that is not as it was when it was sealed. `position` and `entry` name the row, where one can be named. */
export interface Finding {
  what:
    | 'missing' // a position whose entry is gone
    | 'changed' // an entry that is not the one that was sealed here
    | 'inserted' // an entry that was never sealed stands between those that were
    | 'moved' // an entry that was sealed at another position
    | 'seal-changed' // the entry is the one that was signed, the hash beside it is not the one that was sealed
    | 'out-of-order' // a row of an export that stands behind a later one
    | 'duplicate' // a position that is there twice
    | 'unreadable' // a line of an export that is none
    | 'unplaced' // an entry that was not recorded as entries are
    | 'version-gap' // a subject whose versions do not follow one another
    | 'not-in-checkpoint' // the entries do not make the root that was signed
    | 'rolled-back' // somebody holds a checkpoint over more entries than there are
    | 'checkpoint-invalid'; // a note that the journal's key did not sign
  position?: number;
  /** The last position, where it is about several that follow one another. */
  through?: number;
  entry?: string;
  detail: string;
}

/** Joins findings that say the same of positions that follow one another, so that one deed makes one finding. */
export function joinRuns(findings: Iterable<Finding>): Finding[] {
  const joined: Finding[] = [];
  for (const finding of findings) {
    const before = joined.at(-1);
    const follows = before?.position !== undefined && finding.position === (before.through ?? before.position) + 1;
    const isRun = finding.what === 'missing' || finding.what === 'moved';
    if (before && isRun && follows && before.what === finding.what && before.detail === finding.detail)
      before.through = finding.through ?? finding.position!;
    else joined.push({ ...finding });
  }
  return joined;
}
