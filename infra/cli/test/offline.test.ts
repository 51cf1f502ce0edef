import { randomUUID } from 'node:crypto';
import { createServer, type Server as HttpServer } from 'node:http';
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import type { AuditReport } from '@rohnamo/journal';
import { type SealedScratch, sealedScratch, tamperings } from '@rohnamo/journal/testing';
import {
  createLogger,
  createMetrics,
  createServer as createApp,
  createVerifier,
  registerJournal,
  type Server,
} from '@rohnamo/service-kit';
import { testIssuer, type TestIssuer } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportEntries } from '../src/export/export.ts';
import { verify } from '../src/verify/verify.ts';
import { typed } from './typed.ts';

const clientSecret = 'secret-of-the-auditor';
let folder: string;
let sealed: SealedScratch;
let issuer: TestIssuer;
let tokens: HttpServer;
let app: Server;
let url: string;
let env: Record<string, string>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rohnamo-offline-'));
  sealed = await sealedScratch();
  issuer = await testIssuer();
  tokens = createServer(async (_, response) => {
    const token = await issuer.tokenFor({ role: 'auditor', organisationId: randomUUID() });
    response.end(JSON.stringify({ access_token: token }));
  });
  await new Promise<void>((resolve) => tokens.listen(0, '127.0.0.1', resolve));
  app = await createApp({
    name: 'scratch',
    description: 'A journal and nothing else.',
    logger: createLogger({ service: 'scratch', level: 'silent' }),
    verifier: createVerifier({ issuers: [issuer.url], audience: 'urn:rohnamo:api' }),
    metrics: createMetrics({ service: 'scratch', processMetrics: false }),
  });
  registerJournal(app, sealed.journal);
  url = await app.listen({ host: '127.0.0.1', port: 0 });
  const port = (tokens.address() as AddressInfo).port;
  env = { INIT_CWD: folder, ISSUER: `http://127.0.0.1:${port}`, CLIENT_ID: 'auditor', CLIENT_SECRET: clientSecret };
  writeFileSync(join(folder, 'kept.txt'), sealed.kept);
});
afterAll(async () => {
  await app.close();
  tokens.closeAllConnections();
  tokens.close();
  await issuer.stop();
  await sealed.stop();
  rmSync(folder, { recursive: true });
});

const exported = (out: string) => typed(exportEntries, ['--service', url, '--out', out], env);
const verified = async (entries: string) => {
  const { code, out } = await typed(
    verify,
    ['--entries', entries, '--key', sealed.verifier, '--checkpoint', 'kept.txt', '--json'],
    env,
  );
  return { code, report: JSON.parse(out) as AuditReport };
};

describe('an export, verified offline with the checkpoint that somebody kept', () => {
  it('proves a journal to which nothing was done', async () => {
    expect(await exported('good.ndjson')).toMatchObject({ code: 0, out: '' });
    const { code, report } = await verified('good.ndjson');
    expect({ code, ...report }).toMatchObject({ code: 0, entries: 1000, proved: 1000, sealed: 0, pending: 0 });
    expect(report.checkpoints).toEqual([{ size: 1000, lastEntryTime: '2026-11-24T00:00:00.000Z', state: 'holds' }]);
    expect(report.findings).toEqual([]);
  });

  it.each(tamperings)('shows that $deed, names the rows, and says no more', async ({ statements, finds }) => {
    const expected = finds(await sealed.idsInOrder());
    await sealed.whileTampered(statements, () => exported('tampered.ndjson'));
    const { code, report } = await verified('tampered.ndjson');
    expect(report.findings).toEqual(expected.map((each) => expect.objectContaining(each)));
    expect(code).toBe(1);
  });
});

describe('rohnamo export', () => {
  it('goes on with what was left unfinished, and makes the same file', async () => {
    await exported('whole.ndjson');
    const whole = readFileSync(join(folder, 'whole.ndjson'), 'utf8');
    writeFileSync(join(folder, 'part.ndjson.unfinished'), whole);
    truncateSync(join(folder, 'part.ndjson.unfinished'), Math.floor(whole.length / 3));
    const { code, said } = await exported('part.ndjson');
    expect(code).toBe(0);
    expect(said).toMatch(/Going on from position 3\d\d /);
    expect(readFileSync(join(folder, 'part.ndjson'), 'utf8')).toBe(whole);
    expect(existsSync(join(folder, 'part.ndjson.unfinished'))).toBe(false);
  });

  it('does not go on with what is of another journal', async () => {
    const other = `{"position":7,"sealed":"${'0'.repeat(64)}","nonce":null,"entry":null}\n`;
    writeFileSync(join(folder, 'other.ndjson.unfinished'), other);
    expect(await exported('other.ndjson')).toMatchObject({ code: 2, said: expect.stringContaining('of another one') });
    expect(readFileSync(join(folder, 'other.ndjson.unfinished'), 'utf8')).toBe(other);
  });

  it('says what to do where nothing answers, and never the secret', async () => {
    const args = ['--service', 'http://127.0.0.1:1', '--out', 'none.ndjson'];
    const { code, said } = await typed(exportEntries, args, env);
    expect({ code, said }).toMatchObject({ code: 1, said: expect.stringContaining('Call again') });
    expect(said).not.toContain(clientSecret);
    expect(existsSync(join(folder, 'none.ndjson'))).toBe(false);
  });

  it.each([
    [['--service', 'https://example.org', '--out', 'x'], {}, 'set ISSUER, CLIENT_ID and CLIENT_SECRET'],
    [['--service', 'referral', '--out', 'x'], { ROHNAMO_STATE_DIR: '/nowhere' }, 'No npm start is running'],
    [['--service', 'referral'], {}, '--service and --out are needed'],
    [['--service', 'referral', '--out', 'x', '--fast'], {}, '--fast'],
  ])('called as %j says what is wrong', async (args, env, says) => {
    expect(await typed(exportEntries, args, env)).toMatchObject({ code: 2, said: expect.stringContaining(says) });
  });
});
