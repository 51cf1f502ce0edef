import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** A key that signs checkpoints: its name is the journal's origin. */
export interface NoteKey {
  name: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
  /** C2SP signed-note: first 4 bytes of SHA-256(name, LF, 0x01, Ed25519 public key). */
  id: Buffer;
}

const algorithmEd25519 = 0x01;
const pkcs8Ed25519 = Buffer.from('302e020100300506032b657004220420', 'hex'); // RFC 8410 §10.3: the DER around a 32-byte seed

/** @throws when the seed is not 32 bytes in base64. */
export function noteKey(name: string, seedBase64: string): NoteKey {
  const seed = Buffer.from(seedBase64, 'base64');
  if (seed.length !== 32) throw new Error('a checkpoint signing key is 32 random bytes in base64');
  const privateKey = createPrivateKey({ key: Buffer.concat([pkcs8Ed25519, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey);
  return { name, privateKey, publicKey, id: keyId(name, rawPublicKey(publicKey)) };
}

const rawPublicKey = (key: KeyObject): Buffer => key.export({ format: 'der', type: 'spki' }).subarray(-32);
const keyId = (name: string, raw: Buffer): Buffer =>
  createHash('sha256')
    .update(`${name}\n`)
    .update(Buffer.from([algorithmEd25519]))
    .update(raw)
    .digest()
    .subarray(0, 4);

/** The verifier's form of a key (C2SP signed-note): name, key id in hex, and 0x01 with the public key in base64. */
export const verifierKey = ({ name, id, publicKey }: NoteKey): string =>
  `${name}+${id.toString('hex')}+${Buffer.concat([Buffer.from([algorithmEd25519]), rawPublicKey(publicKey)]).toString('base64')}`;

/** A C2SP tlog-checkpoint: origin, size, root hash, then an empty line and the signature. */
export function signCheckpoint(key: NoteKey, { size, root }: { size: number; root: Buffer }): string {
  const body = `${key.name}\n${size}\n${root.toString('base64')}\n`;
  const signature = sign(null, Buffer.from(body), key.privateKey);
  return `${body}\n— ${key.name} ${Buffer.concat([key.id, signature]).toString('base64')}\n`;
}

const spkiEd25519 = Buffer.from('302a300506032b6570032100', 'hex'); // RFC 8410 §10.1: the DER before a 32-byte key

/** A key in its verifier form, read. */
export interface Verifier {
  name: string;
  idHex: string;
  publicKey: KeyObject;
}

/** Reads the verifier's form of a key; null where it is none, or where its id is not that of its name and key. */
export function readVerifierKey(text: string): Verifier | null {
  const [, name, idHex, keyBase64] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/.exec(text) ?? [];
  if (name === undefined || idHex === undefined || keyBase64 === undefined) return null;
  const key = Buffer.from(keyBase64, 'base64');
  const raw = key.subarray(1);
  if (key[0] !== algorithmEd25519 || keyId(name, raw).toString('hex') !== idHex) return null;
  return {
    name,
    idHex,
    publicKey: createPublicKey({ key: Buffer.concat([spkiEd25519, raw]), format: 'der', type: 'spki' }),
  };
}

/** The text of a signed note (C2SP), if this key signed it; null when it did not, when the note is none, or the key is none. */
export function openNote(note: string, verifierKey: string): string | null {
  const verifier = readVerifierKey(verifierKey);
  const [body, signatures] = splitNote(note);
  if (verifier === null || body === null) return null;
  const isSigned = signatures.some((line) => {
    const [, name, encoded] = /^— (\S+) (\S+)$/.exec(line) ?? [];
    if (name !== verifier.name || encoded === undefined) return false;
    const bytes = Buffer.from(encoded, 'base64');
    return (
      bytes.subarray(0, 4).toString('hex') === verifier.idHex &&
      verify(null, Buffer.from(body), verifier.publicKey, bytes.subarray(4))
    );
  });
  return isSigned ? body : null;
}

/** What a checkpoint says, if this key signed it for the journal of its name; null as above. */
export function openCheckpoint(note: string, verifierKey: string): { size: number; root: Buffer } | null {
  const body = openNote(note, verifierKey);
  const [origin, size = '', root] = body?.split('\n') ?? [];
  if (origin !== verifierKey.split('+')[0] || root === undefined || !/^(0|[1-9]\d{0,14})$/.test(size)) return null;
  return { size: Number(size), root: Buffer.from(root, 'base64') };
}

function splitNote(note: string): [string | null, string[]] {
  const gap = note.indexOf('\n\n');
  return gap === -1 ? [null, []] : [note.slice(0, gap + 1), note.slice(gap + 2).split('\n')];
}

/**
 * The signed notes of a file that holds them one after another, with or without empty lines between them.
 * @returns `strayLine`, counted from 1, where something in it is no signed note.
 */
export function splitNotes(text: string): { notes: string[] } | { strayLine: number } {
  const plain = text.replaceAll('\r\n', '\n').replace(/\n*$/, '\n');
  const note = /\n*((?:[^\n]+\n)+\n(?:— [^\n]+\n)+)/y;
  const notes: string[] = [];
  while (note.lastIndex < plain.length) {
    const from = note.lastIndex;
    const [, found] = note.exec(plain) ?? [];
    if (found !== undefined) notes.push(found);
    else if (plain.slice(from).trim() === '') break;
    else return { strayLine: plain.slice(0, from + /^\n*/.exec(plain.slice(from))![0].length).split('\n').length };
  }
  return { notes };
}
