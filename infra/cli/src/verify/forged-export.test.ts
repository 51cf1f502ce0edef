import { auditEntries } from '@rohnamo/journal';
import { forgedLine, signedExport } from '@rohnamo/journal/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readExport } from './read-export.ts';

const count = 40;
const good = signedExport({ entries: count, subjects: 5 });
const whole = good.checkpoint(count);

async function findingsIn(text: string, { checkpoints = [whole], chunkBytes = 500 } = {}) {
  const bytes = Buffer.from(text);
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  }
  const { rows, unreadable } = readExport(chunks());
  const { findings } = await auditEntries(rows, { verifier: good.verifier, checkpoints });
  return [...unreadable, ...findings];
}

const line = fc.nat({ max: count - 1 });
const text = good.lines.join('');
const isFound = async (forged: string) => expect(await findingsIn(forged)).not.toEqual([]);

describe('an export that was edited by hand', () => {
  it('is found out when any character was changed', async () => {
    const at = fc.nat({ max: text.length - 1 });
    const character = fc.oneof(
      fc.constantFrom(...Array.from('0123456789abcdef"{}:,\n —')),
      fc.string({ minLength: 1, maxLength: 1 }),
    );
    await fc.assert(
      fc.asyncProperty(at, character, async (at, character) => {
        fc.pre(character !== text[at]);
        await isFound(text.slice(0, at) + character + text.slice(at + 1));
      }),
      { numRuns: 400 },
    );
  });

  it('is found out when a character was put in or taken out', async () => {
    const at = fc.nat({ max: text.length - 1 });
    await fc.assert(
      fc.asyncProperty(at, fc.constantFrom('', ' ', '0', 'x'), async (at, character) => {
        const taken = character === '' ? 1 : 0;
        await isFound(text.slice(0, at) + character + text.slice(at + taken));
      }),
      { numRuns: 200 },
    );
  });

  it('is found out when two lines changed places', async () => {
    await fc.assert(
      fc.asyncProperty(line, line, async (one, other) => {
        fc.pre(one !== other);
        await isFound(good.lines.with(one, good.lines[other]!).with(other, good.lines[one]!).join(''));
      }),
    );
  });

  it('is found out when a line was taken out, doubled, or slipped in', async () => {
    await fc.assert(
      fc.asyncProperty(line, line, fc.constantFrom('out', 'double', 'slip'), async (at, from, deed) => {
        const put = { out: [], double: [good.lines[from]!], slip: [forgedLine(from + 1, 'slipped')] }[deed];
        await isFound(good.lines.toSpliced(at, deed === 'out' ? 1 : 0, ...put).join(''));
      }),
    );
  });

  it('is found out when an entry was replaced together with its seal, by the checkpoint', async () => {
    await fc.assert(
      fc.asyncProperty(line, fc.integer({ min: 1, max: count }), async (at, size) => {
        const forged = good.lines.with(at, forgedLine(at + 1, 'forged')).join('');
        const findings = await findingsIn(forged, { checkpoints: [good.checkpoint(size), whole] });
        const range = at < size ? { position: 1, through: size } : { position: size + 1, through: count };
        expect(findings.at(-1)).toMatchObject({ what: 'not-in-checkpoint', ...range });
      }),
    );
  });

  it('gives one finding for one deed, and names the row', async () => {
    const out = good.lines.toSpliced(9, 1).join('');
    expect(await findingsIn(out)).toEqual([expect.objectContaining({ what: 'missing', position: 10 })]);
    const swapped = good.lines.with(9, good.lines[10]!).with(10, good.lines[9]!).join('');
    expect(await findingsIn(swapped)).toEqual([expect.objectContaining({ what: 'out-of-order', position: 10 })]);
    const doubled = good.lines.toSpliced(9, 0, good.lines[9]!).join('');
    expect(await findingsIn(doubled)).toEqual([expect.objectContaining({ what: 'duplicate', position: 10 })]);
    const spoilt = good.lines.with(9, 'x\n').join('');
    expect(await findingsIn(spoilt)).toEqual([expect.objectContaining({ what: 'unreadable', position: 10 })]);
    expect(await findingsIn(text.slice(0, -1))).toContainEqual(
      expect.objectContaining({ what: 'unreadable', detail: expect.stringContaining('breaks off') }),
    );
  });
});

describe('an export as it was written', () => {
  it('never gives a finding, whatever of it is sealed and whichever checkpoints were kept', async () => {
    const sizes = fc.record({
      entries: fc.integer({ min: 1, max: 600 }),
      subjects: fc.integer({ min: 1, max: 20 }),
      sealed: fc.nat({ max: 600 }),
      kept: fc.array(fc.nat({ max: 600 }), { maxLength: 4 }),
      chunkBytes: fc.integer({ min: 1, max: 5000 }),
    });
    await fc.assert(
      fc.asyncProperty(sizes, async ({ entries, subjects, sealed, kept, chunkBytes }) => {
        const sealedTo = Math.min(sealed, entries);
        const made = signedExport({ entries, subjects, sealedTo });
        const checkpoints = kept.map((size) => made.checkpoint(Math.min(size, sealedTo)));
        expect(await findingsIn(made.lines.join(''), { checkpoints, chunkBytes })).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});
