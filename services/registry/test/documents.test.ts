import { readFile } from 'node:fs/promises';
import { describeConfig, routeTable } from '@rohnamo/service-kit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { registryConfig } from '../src/config.ts';
import { testRegistry, type TestRegistry } from './registry.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await testRegistry({ started: false });
});
afterAll(() => registry.stop());

const served = () => routeTable(registry.app).filter(({ path, method }) => path.startsWith('/v1') && method !== 'HEAD');
const templateOf = (path: string) => path.replaceAll(/:(\w+)/g, '{$1}');

it('the API document has every route, each with a summary, a description and who may call it', async () => {
  const { body } = await registry.get('/openapi.json', { as: null });
  const { openapi, paths } = body as { openapi: string; paths: Record<string, Record<string, object>> };
  expect(openapi).toBe('3.1.0');
  for (const { method, path } of served())
    expect(paths[templateOf(path)]?.[method.toLowerCase()], `${method} ${path}`).toMatchObject({
      summary: expect.any(String) as string,
      description: expect.any(String) as string,
      tags: [expect.any(String)],
      security: expect.any(Array) as unknown[],
    });
  expect(paths['/v1/intake-batches']?.['post']).toMatchObject({
    requestBody: { content: { 'text/csv': {}, 'application/x-ndjson': {} } },
  });
});

it('no route is public, and only our own services get past the organisation', () => {
  for (const { path, access } of served()) {
    const isInternal = [
      '/v1/referral-grounds',
      '/v1/birth-years',
      '/v1/hand-overs',
      '/v1/disclosures',
      '/v1/consent-withdrawals',
    ].includes(path);
    if (path.startsWith('/v1/journal')) continue;
    if (access.kind === 'public') throw new Error(path);
    const isForAuditors = path.endsWith('/accesses');
    const isBulk = path.startsWith('/v1/intake-batches') || path === '/v1/source-systems';
    const roles = [
      ...(isInternal ? ['service'] : ['migration-service']),
      ...(isInternal || isBulk ? [] : ['facility']),
      ...(isForAuditors ? ['auditor'] : []),
    ];
    expect(access.roles, path).toEqual(roles);
  }
});

it('the README names every variable and every route', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  expect(readme).toContain(describeConfig(registryConfig));
  for (const { path } of served()) if (!path.startsWith('/v1/journal')) expect(readme).toContain(templateOf(path));
});
