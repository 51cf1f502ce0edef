import { readFile } from 'node:fs/promises';
import { baseConfig, describeConfig } from '@rohnamo/service-kit';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { notificationsConfig } from '../src/config.ts';

it('the README names every variable of this service as it is', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const own = Object.entries(notificationsConfig.shape).filter(([name]) => !Object.hasOwn(baseConfig.shape, name));
  for (const row of describeConfig(z.object(Object.fromEntries(own))).split('\n')) expect(readme).toContain(row);
});
