import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** A key that signs checkpoints: its name is the journal's origin. */
export interface NoteKey {
  name: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
  /** C2SP signed-note: first 4 bytes of SHA-256(name, LF, 0x01, Ed25519 public key). */
  id: Buffer;
}

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
    .update(Buffer.from([0x01]))
    .update(raw)
    .digest()
    .subarray(0, 4);

/** The verifier's form of a key (C2SP signed-note): name, key id in hex, and 0x01 with the public key in base64. */
export const verifierKey = ({ name, id, publicKey }: NoteKey): string =>
  `${name}+${id.toString('hex')}+${Buffer.concat([Buffer.from([0x01]), rawPublicKey(publicKey)]).toString('base64')}`;

/** A C2SP tlog-checkpoint: origin, size, root hash, then an empty line and the signature. */
export function signCheckpoint(key: NoteKey, { size, root }: { size: number; root: Buffer }): string {
  const body = `${key.name}\n${size}\n${root.toString('base64')}\n`;
  const signature = sign(null, Buffer.from(body), key.privateKey);
  return `${body}\n— ${key.name} ${Buffer.concat([key.id, signature]).toString('base64')}\n`;
}

/** What a checkpoint says, if this key signed it; null when it did not or the note is not one. */
export function openCheckpoint(note: string, verifier: string): { size: number; root: Buffer } | null {
  const [name, idHex, keyBase64] = verifier.split('+', 3);
  const [body, signatures] = splitNote(note);
  if (name === undefined || idHex === undefined || keyBase64 === undefined || body === null) return null;
  const raw = Buffer.from(verifier.slice(name.length + idHex.length + 2), 'base64').subarray(1);
  if (raw.length !== 32 || keyId(name, raw).toString('hex') !== idHex) return null;
  const publicKey = createPublicKey({
    key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw]),
    format: 'der',
    type: 'spki',
  });
  const signed = signatures.some((line) => {
    const match = /^— (\S+) (\S+)$/.exec(line);
    if (match?.[1] !== name) return false;
    const bytes = Buffer.from(match[2]!, 'base64');
    return (
      bytes.subarray(0, 4).toString('hex') === idHex && verify(null, Buffer.from(body), publicKey, bytes.subarray(4))
    );
  });
  const [origin, size, root] = body.split('\n');
  if (!signed || origin !== name || size === undefined || root === undefined || !/^(0|[1-9]\d*)$/.test(size))
    return null;
  return { size: Number(size), root: Buffer.from(root, 'base64') };
}

function splitNote(note: string): [string | null, string[]] {
  const gap = note.indexOf('\n\n');
  return gap === -1 ? [null, []] : [note.slice(0, gap + 1), note.slice(gap + 2).split('\n')];
}
