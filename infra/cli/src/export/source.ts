import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { httpUrl } from '@rohnamo/service-kit';
import { CalledWrongly } from '../called-wrongly.ts';
import type { Terminal } from '../command.ts';

/** The service whose journal is exported, and who exports it. */
export interface Source {
  url: string;
  issuer: string;
  clientId: string;
  clientSecret: string;
}

const Stack = z.object({
  issuer: z.string(),
  services: z.record(z.string(), z.string()),
  clients: z.object({ auditor: z.object({ clientId: z.string(), clientSecret: z.string() }) }),
});
const workspaceRoot = fileURLToPath(new URL('../../../..', import.meta.url));

/**
 * By an address, as the client that the environment names; by the name of a service, as the auditor of the stack of
 * `npm start` that runs. @throws CalledWrongly
 */
export async function sourceOf(service: string, { env }: Pick<Terminal, 'env'>): Promise<Source> {
  if (/^https?:\/\//.test(service)) {
    const { ISSUER: issuer, CLIENT_ID: clientId, CLIENT_SECRET: clientSecret } = env;
    if (!issuer || !clientId || !clientSecret)
      throw new CalledWrongly(
        'For a service by its address, set ISSUER, CLIENT_ID and CLIENT_SECRET: a client of the role auditor.',
      );
    for (const [name, url] of Object.entries({ '--service': service, ISSUER: issuer })) {
      const complaint = httpUrl().safeParse(url).error?.issues[0]?.message;
      if (complaint !== undefined) throw new CalledWrongly(`${name} ${complaint}.`);
    }
    return { url: withoutSlash(service), issuer: withoutSlash(issuer), clientId, clientSecret };
  }
  const file = join(resolve(workspaceRoot, env['ROHNAMO_STATE_DIR'] || '.rohnamo'), 'stack.json');
  const text = await readFile(file, 'utf8').catch(() => {
    throw new CalledWrongly(
      `No npm start is running here (there is no ${file}). For another service give its address: --service https://…`,
    );
  });
  const { issuer, services, clients } = Stack.parse(JSON.parse(text));
  const url = services[service];
  if (url === undefined)
    throw new CalledWrongly(
      `There is no service ${JSON.stringify(service)}: it is one of ${Object.keys(services).join(', ')}, or an address.`,
    );
  return { url, issuer, ...clients.auditor };
}

const withoutSlash = (url: string): string => url.replace(/\/$/, '');
