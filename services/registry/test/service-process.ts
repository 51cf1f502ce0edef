import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { bareEnvironment, eventually, type TestDatabase } from '@rohnamo/testkit';

/** The environment of a registry over a test's database. */
export const environmentOf = (database: TestDatabase, issuer: { url: string }): Record<string, string> => ({
  PORT: '0',
  DATABASE_URL: database.appUrl,
  KAFKA_BROKERS: 'none',
  DATABASE_SEALER_URL: database.sealerUrl,
  CHECKPOINT_SIGNING_KEY: randomBytes(32).toString('base64'),
  OIDC_ISSUERS: issuer.url,
});

/** The service as a process of its own: `node src/main.ts`. */
export function startProcess(arguments_: string[], env: Record<string, string>) {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, ...arguments_], { env: { ...bareEnvironment, ...env } });
  let output = '';
  child.stdout.on('data', (text: Buffer) => (output += text.toString()));
  child.stderr.on('data', (text: Buffer) => (output += text.toString()));
  let isOver = false;
  child.once('close', () => (isOver = true));
  return {
    output: () => output,
    ended: once(child, 'exit').then(([code]) => code as number | null),
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    /** Where it answers, once it does. */
    url: async () => {
      const port = () => /"port":(\d+)/.exec(output)?.[1];
      return `http://127.0.0.1:${await eventually(port, { withinMs: 50_000, isOver: () => isOver })}`;
    },
  };
}
