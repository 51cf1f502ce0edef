import type { Entry } from '../entry.ts';
import { canonicalJson } from './canonical-json.ts';
import { hashLeaf } from './hashing.ts';

/** An entry as its leaf commits to it, and what an audit asks of it beside that. */
export interface Leaf extends Pick<Entry, 'id' | 'kind' | 'subject' | 'version' | 'nonce'> {
  /** In ISO 8601, to the millisecond, in UTC. */
  time: string;
  /** The entry without its nonce as canonical JSON (RFC 8785): with the nonce before it, the bytes that the leaf commits to. */
  text: string;
}

/** The text has these members and no others, whatever else is known of the entry. */
export function leafOf(entry: Entry): Leaf {
  const { id, kind, subject, version, type, data, detail, actor, audience, traceparent, nonce } = entry;
  const time = entry.time.toISOString();
  const said = { actor, audience, data, detail, id, kind, subject, time, traceparent, type, version };
  return { id, kind, subject, version, time, nonce, text: canonicalJson(said) };
}

/** The hash of a leaf: over the entry's 16-byte nonce, which keeps anybody who holds the hash from guessing the entry, and its text. */
export const hashOfLeaf = ({ nonce, text }: Pick<Leaf, 'nonce' | 'text'>): Buffer => hashLeaf(nonce, text);

export const leafHash = (entry: Entry): Buffer => hashOfLeaf(leafOf(entry));
