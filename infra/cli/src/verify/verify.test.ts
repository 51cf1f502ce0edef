import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signedExport } from '@rohnamo/journal/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { typed } from '../../test/typed.ts';
import { verify } from './verify.ts';

const made = signedExport({ entries: 10, subjects: 2, sealedTo: 8 });
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rohnamo-verify-'));
  const files = {
    'entries.ndjson': made.lines.join(''),
    'kept.txt': `${made.checkpoint(3)}\r\n\n${made.checkpoint(6)}${made.checkpoint(6)}`,
    'changed.ndjson': made.lines.with(4, made.lines[4]!.replace('sent.v1', 'gone.v1')).join(''),
    'later.txt': made.checkpoint(9).replace('rohnamo/scratch\n9\n', 'rohnamo/scratch\n8\n'),
    'letter.txt': 'Dear auditor,\n',
    'stray.txt': `${made.checkpoint(3)}and more\n`,
    'empty.txt': '',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
});
afterAll(() => rmSync(folder, { recursive: true }));

const verifying = (entries: string, checkpoint: string, ...more: string[]) =>
  typed(verify, ['--entries', entries, '--key', made.verifier, '--checkpoint', checkpoint, ...more], {
    INIT_CWD: folder,
  });

describe('rohnamo verify', () => {
  it('says what is proved, and counts what is sealed and what is pending apart', async () => {
    expect(await verifying('entries.ndjson', 'kept.txt')).toEqual({
      code: 0,
      said: '',
      out: [
        '10 entries',
        '  6 proved by a checkpoint that you hold',
        '  2 sealed later than any of them, and like their seal',
        '  2 pending: not sealed when they were exported',
        '',
        'checkpoint over 3 entries, the last of 2026-11-24T00:00:00.002Z: holds',
        'checkpoint over 6 entries, the last of 2026-11-24T00:00:00.005Z: holds',
        '',
        'Nothing was changed.',
        '',
      ].join('\n'),
    });
  });

  it('finds nothing wrong in an export of November 2026, in which a message and a referral have one id', async () => {
    const of = (name: string) => join(import.meta.dirname, 'export-of-november', name);
    const key = readFileSync(of('key.txt'), 'utf8').trim();
    const options = ['--entries', of('referral.ndjson'), '--key', key, '--checkpoint', of('checkpoint.txt')];
    const { code, out } = await typed(verify, options, { INIT_CWD: folder });
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('Nothing was changed.') });
    expect(out).toContain('6 proved by a checkpoint that you hold');
  });

  it('names the row that was changed, and which checkpoint tells', async () => {
    const { code, out } = await verifying('changed.ndjson', 'kept.txt');
    expect(code).toBe(1);
    expect(out).toContain(
      'checkpoint over 6 entries, the last of 2026-11-24T00:00:00.005Z: holds, but for the rows named below',
    );
    expect(out).toMatch(/1 finding:\n {2}changed, position 5, entry [0-9a-f-]{36}: /);
  });

  it('prints the report as JSON', async () => {
    const { code, out } = await verifying('entries.ndjson', 'later.txt', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ proved: 0, findings: [{ what: 'checkpoint-invalid' }] });
  });

  it.each([
    ['entries.ndjson', 'none.txt', '--checkpoint none.txt: there is no such file'],
    ['none.ndjson', 'kept.txt', '--entries none.ndjson: there is no such file'],
    ['letter.txt', 'kept.txt', '--entries letter.txt: there is no entry in it'],
    ['empty.txt', 'kept.txt', '--entries empty.txt: there is no entry in it'],
    ['.', 'kept.txt', '--entries .: cannot be read (EISDIR)'],
    ['entries.ndjson', 'letter.txt', '--checkpoint letter.txt: line 1 belongs to no checkpoint'],
    ['entries.ndjson', 'stray.txt', '--checkpoint stray.txt: line 6 belongs to no checkpoint'],
    ['entries.ndjson', 'empty.txt', '--checkpoint empty.txt: there is no checkpoint in it'],
  ])('given %s and %s says what is wrong', async (entries, checkpoint, says) => {
    expect(await verifying(entries, checkpoint)).toMatchObject({
      code: 2,
      out: '',
      said: expect.stringContaining(says),
    });
  });

  it('refuses a key that is none, and says where it comes from', async () => {
    const key = made.verifier.replace('scratch', 'other');
    const args = ['--entries', 'entries.ndjson', '--key', key, '--checkpoint', 'kept.txt'];
    const { code, said } = await typed(verify, args, { INIT_CWD: folder });
    expect({ code, said }).toMatchObject({ code: 2, said: expect.stringContaining('GET /v1/journal/checkpoint') });
  });
});
