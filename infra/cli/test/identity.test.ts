import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identity } from '@rohnamo/identity/service';
import { createInstance, migrationsOf } from '@rohnamo/service-kit';
import { eventually, lastingPort, testDatabase } from '@rohnamo/testkit';
import { expect, it, onTestFinished } from 'vitest';
import { exportEntries } from '../src/export/export.ts';
import { verify } from '../src/verify/verify.ts';
import { typed } from './typed.ts';

it('the journal of identity is exported by an auditor of its own, and verified offline', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rohnamo-identity-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const database = await testDatabase(migrationsOf(identity));
  onTestFinished(() => database.drop());
  const port = await lastingPort();
  const url = `http://127.0.0.1:${port}`;
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const instance = createInstance({
    definition: identity,
    environment: {
      PORT: String(port),
      PUBLIC_URL: url,
      DATABASE_URL: database.appUrl,
      DATABASE_OWNER_URL: database.ownerUrl,
      DATABASE_SEALER_URL: database.sealerUrl,
      CHECKPOINT_SIGNING_KEY: randomBytes(32).toString('base64'),
      SIGNING_KEY: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
      CHECKPOINT_INTERVAL_SECONDS: '1',
      LOG_LEVEL: 'silent',
    },
    processMetrics: false,
  });
  await instance.start();
  onTestFinished(async () => void (await instance.stop()));

  const made = { out: '', said: '' };
  const args = [
    'create',
    '--role',
    'auditor',
    '--organisation',
    randomUUID(),
    '--organisation-kind',
    'ngo',
    '--unchecked',
    '--json',
  ];
  await identity.commands?.['clients']?.run(args, {
    env: { DATABASE_URL: database.appUrl },
    out: (text) => void (made.out += text),
    say: (text) => void (made.said += text),
  });
  const client = JSON.parse(made.out) as { clientId: string; clientSecret: string };
  const newest = await eventually(async () => {
    const answer = await fetch(`${url}/v1/journal/checkpoint`);
    const { checkpoint, verifierKey } = (await answer.json()) as { checkpoint: string | null; verifierKey: string };
    return checkpoint !== null && { checkpoint, verifierKey };
  });
  writeFileSync(join(folder, 'kept.txt'), newest.checkpoint);

  const env = { INIT_CWD: folder, ISSUER: url, CLIENT_ID: client.clientId, CLIENT_SECRET: client.clientSecret };
  expect(await typed(exportEntries, ['--service', url, '--out', 'entries.ndjson'], env)).toMatchObject({ code: 0 });
  const { code, out } = await typed(
    verify,
    ['--entries', 'entries.ndjson', '--key', newest.verifierKey, '--checkpoint', 'kept.txt', '--json'],
    env,
  );
  expect({ code, ...(JSON.parse(out) as object) }).toMatchObject({ code: 0, entries: 1, proved: 1, findings: [] });
});
