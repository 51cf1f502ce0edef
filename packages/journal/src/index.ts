export { type AuditReport, auditEntries } from './audit/audit-entries.ts';
export { auditJournal } from './audit/audit-journal.ts';
export { columnsOf } from './columns.ts';
export { type CrashPoint, crashPoint, crashPoints } from './crash-point.ts';
export type { Finding } from './audit/finding.ts';
export { decideAndRecord, type Decision, findRepeat, type Written } from './decide.ts';
export {
  type Actor,
  type Entry,
  type NewEntry,
  type Observation,
  type PlacedEntry,
  type SubjectKey,
  system,
} from './entry.ts';
export { type AuditRow, exportLine, readExportLine } from './export/export-line.ts';
export { readSealedRows } from './export/sealed-rows.ts';
export { readFeed, readFeedOf, readTrail } from './feed.ts';
export { createGeneration, type Generation } from './generation.ts';
export { createJournal, type Journal } from './journal.ts';
export { createLease, type Held, leadership, type Lease, stillLeading } from './lease.ts';
export type { Change, Consumed, Guard, IdempotencyKey, Outcome, Projection, Unit } from './record/unit.ts';
export { keptByVersion } from './kept-by-version.ts';
export { randomHex } from './random-hex.ts';
export { recentRead } from './recent-read.ts';
export { sealJournal, verifierKeyOf } from './seal-journal.ts';
export { sharedRead } from './shared-read.ts';
export { statementName } from './statement-name.ts';
export { isConsistent, rootByInclusion } from './tree/proof.ts';
export {
  noteKey,
  openCheckpoint,
  readVerifierKey,
  signCheckpoint,
  splitNotes,
  verifierKey,
} from './tree/signed-note.ts';
export { startWorker, type Worker } from './worker.ts';
export { uuidV7 } from './uuid-v7.ts';
