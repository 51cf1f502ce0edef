import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Ceiling, CeilingSettings } from './ceiling.ts';

const hashLength = 32;
const line = /^\{"position":\d+,"sealed":[^,]+,"nonce":"([0-9a-f]+)","entry":(.*)\}$/;

/** `POST /run`: SHA-256 over each entry's bytes, which are in memory, and every hash of the tree over them (RFC 6962). */
export const hashes: Ceiling = (app, { settings }) => {
  const leaves = leavesOf(settings);
  app.post('/run', () => ({ root: rootOver(leaves).toString('base64') }));
};

/** The bytes that the leaves commit to, of an export. */
function leavesOf({ entries = { file: '', count: 0 } }: CeilingSettings): Buffer[] {
  const lines = readFileSync(entries.file, 'utf8').split('\n', entries.count);
  return lines.map((text) => {
    const [, nonce = '', entry = ''] = line.exec(text) ?? [];
    return Buffer.concat([Buffer.from([0]), Buffer.from(nonce, 'hex'), Buffer.from(entry)]);
  });
}

function rootOver(leaves: readonly Buffer[]): Buffer {
  let width = leaves.length;
  const level = Buffer.alloc(width * hashLength);
  leaves.forEach((leaf, index) => level.write(hash('sha256', leaf, 'hex'), index * hashLength, 'hex'));
  const node = Buffer.alloc(1 + 2 * hashLength, 1);
  for (; width > 1; width = (width + 1) >> 1) {
    for (let index = 0; index + 1 < width; index += 2) {
      level.copy(node, 1, index * hashLength, (index + 2) * hashLength);
      level.write(hash('sha256', node, 'hex'), (index >> 1) * hashLength, 'hex');
    }
    if (width % 2 === 1) level.copy(level, (width >> 1) * hashLength, (width - 1) * hashLength, width * hashLength);
  }
  return level.subarray(0, hashLength);
}
