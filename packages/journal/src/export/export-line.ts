import { isUtf8 } from 'node:buffer';
import { hashLeafInHex } from '../tree/hashing.ts';
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
  entry: { hash: Buffer; id: string; kind: string; subject: string; version: number | null; time: string } | null;
}

/** A line up to the brace that opens its entry; all of it where the entry is gone. */
const beginning =
  /^\{"position":(null|[1-9]\d{0,14}),"sealed":(?:null|"([0-9a-f]{64})"),"nonce":(?:null,"entry":null\}$|"([0-9a-f]{32})","entry":(?=\{))/;
/** More than the longest beginning has. */
const beginningBytes = 200;
const closingBrace = 0x7d;

/**
 * Reads a line of an export; null where it is none. What it says is believed no further than its hash; text that is no entry is
 * read as an entry that is gone.
 */
export function readExportLine(line: Buffer): AuditRow | null {
  const [head, place, seal, nonce] = beginning.exec(line.toString('latin1', 0, beginningBytes)) ?? [];
  if (head === undefined || !isUtf8(line)) return null;
  const position = place === 'null' ? null : Number(place);
  if (nonce === undefined) return goneRow(position, seal);
  const text = line.subarray(head.length, -1);
  if (line.at(-1) !== closingBrace || text.at(-1) !== closingBrace) return null;
  const inHex = hashLeafInHex(Buffer.from(nonce, 'hex'), text);
  const isAsSealed = seal === inHex;
  const said = (isAsSealed ? saidAtTheEnd(text) : null) ?? saidBy(text);
  if (said === null) return goneRow(position, seal);
  const hash = Buffer.from(inHex, 'hex');
  // One buffer where both are the same, as they nearly always are: comparing it with itself costs nothing.
  return { position, sealed: isAsSealed ? hash : bytesOf(seal), entry: { ...said, hash } };
}

const bytesOf = (hex: string | undefined): Buffer | null => (hex === undefined ? null : Buffer.from(hex, 'hex'));

/** A row of which the seal alone is left; null where that is not there either, or has no place. */
function goneRow(position: number | null, seal: string | undefined): AuditRow | null {
  const sealed = bytesOf(seal);
  return sealed === null || position === null ? null : { position, sealed, entry: null };
}

type Said = Omit<NonNullable<AuditRow['entry']>, 'hash'>;

function saidBy(text: Buffer): Said | null {
  try {
    const { id, kind, subject, version, time } = JSON.parse(text.toString()) as Record<string, unknown>;
    if (typeof id !== 'string' || typeof kind !== 'string' || typeof subject !== 'string' || typeof time !== 'string')
      return null;
    return version === null || typeof version === 'number' ? { id, kind, subject, version, time } : null;
  } catch {
    return null;
  }
}

/** The last members of an entry, in their order, where all of them are plain. Whatever comes before: with one brace at the end, they are its own. */
const ending =
  /(,"id":"([\w-]*)","kind":"([\w-]*)","subject":")([\w-]*)","time":"([\w:.+-]*)","traceparent":(?:null|"[\w-]*"),"type":"[\w.-]*","version":(null|[1-9]\d{0,14})\}$/y;
const endingBytes = 512;

/** The same of an entry as it was sealed, without reading the rest of it; null where its end is not as usual. */
function saidAtTheEnd(text: Buffer): Said | null {
  const from = Math.max(0, text.length - endingBytes);
  const end = text.toString('latin1', from);
  ending.lastIndex = Math.max(0, end.lastIndexOf(',"id":"'));
  const before = from + ending.lastIndex;
  const [, upToSubject = '', id, kind, subject, time, version] = ending.exec(end) ?? [];
  if (id === undefined || kind === undefined || subject === undefined || time === undefined) return null;
  // Text of its own: it is kept for each subject, and as a part of the end it would keep the whole of that.
  const subjectFrom = before + upToSubject.length;
  return {
    id,
    kind,
    subject: text.toString('latin1', subjectFrom, subjectFrom + subject.length),
    version: version === 'null' ? null : Number(version),
    time,
  };
}
