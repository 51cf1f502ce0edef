import { hashOfLeaf } from '../tree/leaf.ts';
import type { SealedRow } from './sealed-rows.ts';

/**
 * A row of an export, as a line of NDJSON: its members in this order and without spaces. `entry` is the very text that the leaf
 * commits to: SHA-256(0x00, the nonce's bytes, that text) is the leaf's hash. Nonce and `sealed` are hexadecimal. What is null
 * is not there: no hash is sealed yet; the entry of a sealed hash is gone; or the entry has no position.
 */
export function exportLine({ position, sealed, entry }: SealedRow): string {
  const seal = sealed === null ? 'null' : `"${sealed.toString('hex')}"`;
  const text = entry === null ? 'null' : entry.text;
  const nonce = entry === null ? 'null' : `"${entry.nonce.toString('hex')}"`;
  return `{"position":${position},"sealed":${seal},"nonce":${nonce},"entry":${text}}`;
}

/** What an audit needs of a row. Where neither hash nor entry is there, the row could not be read. */
export interface AuditRow {
  /** Null for an entry without a place. */
  position: number | null;
  /** The hash that was sealed at the position. */
  sealed: Buffer | null;
  /** The entry that stands there, and the hash that it makes; null where it is gone. */
  entry: { hash: Buffer; id: string; subject: string; version: number | null; time: string } | null;
}

const line =
  /^\{"position":(null|[1-9]\d{0,14}),"sealed":(?:null|"([0-9a-f]{64})"),"nonce":(?:null,"entry":null|"([0-9a-f]{32})","entry":(\{.*\}))\}$/s;

/**
 * Reads a line of an export; null where it is none. What it says is believed no further than its hash; text that is no entry is
 * read as an entry that is gone.
 */
export function readExportLine(text: string): AuditRow | null {
  const [isLine, place, seal, nonce, entry] = line.exec(text) ?? [];
  if (isLine === undefined) return null;
  const position = place === 'null' ? null : Number(place);
  const sealed = seal === undefined ? null : Buffer.from(seal, 'hex');
  if (nonce === undefined || entry === undefined)
    return sealed === null || position === null ? null : { position, sealed, entry: null };
  const said = saidBy(entry);
  if (said === null) return sealed === null || position === null ? null : { position, sealed, entry: null };
  return { position, sealed, entry: { ...said, hash: hashOfLeaf({ nonce: Buffer.from(nonce, 'hex'), text: entry }) } };
}

function saidBy(entry: string): Omit<NonNullable<AuditRow['entry']>, 'hash'> | null {
  try {
    const { id, subject, version, time } = JSON.parse(entry) as Record<string, unknown>;
    if (typeof id !== 'string' || typeof subject !== 'string' || typeof time !== 'string') return null;
    return version === null || typeof version === 'number' ? { id, subject, version, time } : null;
  } catch {
    return null;
  }
}
