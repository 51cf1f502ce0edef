import { beforeAll, describe, expect, it } from 'vitest';
import { differencesIn, type Documents, generatedDocuments, readCommitted } from './documents.ts';
import { findingsIn } from './lint.ts';

let wanted: Documents;
let committed: Documents;
beforeAll(async () => {
  wanted = await generatedDocuments();
  committed = readCommitted();
});

interface Operation {
  operationId?: string;
  security?: unknown[];
  responses: Record<string, unknown>;
}
interface OpenApi {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
}
const openApis = () =>
  [...wanted].flatMap(([file, text]) => (file.endsWith('.openapi.json') ? [JSON.parse(text) as OpenApi] : []));

describe('the generated documents', () => {
  it('are committed as the code makes them', () => {
    const differing = differencesIn(wanted, committed).map(({ file }) => `docs/${file}`);
    expect(differing, 'not as the code makes them: run `npm run documents`, read the difference, commit it').toEqual(
      [],
    );
  });

  it('are the same each time they are made', async () => {
    expect(differencesIn(await generatedDocuments(), wanted)).toEqual([]);
  });

  it('hold the address of no machine', () => {
    for (const [file, text] of wanted) expect(text, file).not.toMatch(/localhost|127\.0\.0\.1|\[::1\]|nobody@/);
  });

  it('lint clean', async () => {
    const apis = [...wanted].filter(([file]) => file.startsWith('api/'));
    const findings = await Promise.all(apis.map(([file, text]) => findingsIn(file, text)));
    expect(apis).toHaveLength(6);
    expect(findings.flat()).toEqual([]);
  });
});

describe('the linter', () => {
  it('finds what is wrong with an OpenAPI document', async () => {
    const [api] = openApis();
    if (api === undefined) throw new Error('there is an OpenAPI document');
    delete api.paths['/v1/beneficiaries']?.['post']?.operationId;
    const findings = await findingsIn('broken.json', JSON.stringify({ ...api, tags: undefined }));
    expect(findings.join('\n')).toMatch(/operation-operationId/);
    expect(findings.join('\n')).toMatch(/operation-tag-defined/);
  });

  it('finds what is wrong with an AsyncAPI document', async () => {
    const events = JSON.parse(wanted.get('api/events.asyncapi.json') ?? '') as object;
    const findings = await findingsIn('broken.json', JSON.stringify({ ...events, operations: { one: {} } }));
    expect(findings.join('\n')).toMatch(/action/);
  });
});

describe('each operation', () => {
  it('has a name that no other operation has, in any service, but those that every service serves', () => {
    const names = openApis().flatMap(({ paths }) =>
      Object.entries(paths)
        .filter(([path]) => !/^\/(health|metrics|problems|v1\/(journal|parked))/.test(path))
        .flatMap(([, operations]) => Object.values(operations).map(({ operationId }) => operationId)),
    );
    expect(names).toEqual([...new Set(names)]);
    expect(names.length).toBeGreaterThan(50);
  });

  it('on a referral says all the problems it can answer, those of one status together', () => {
    const submit = openApis().flatMap(({ paths }) => paths['/v1/referrals/{id}/submit']?.['post'] ?? [])[0];
    const conflicts = (submit?.responses['409'] as { description: string } | undefined)?.description;
    for (const code of ['illegal-action', 'duplicate-referral', 'contention'])
      expect(conflicts).toContain(`\`${code}\``);
  });

  it('says who may call it, and what it answers when it refuses and when it fails', () => {
    for (const { openapi, paths } of openApis()) {
      expect(openapi).toMatch(/^3\.1\./);
      for (const [path, operations] of Object.entries(paths))
        for (const [method, operation] of Object.entries(operations)) {
          expect(operation.security, `${method} ${path}`).toBeInstanceOf(Array);
          expect(Object.keys(operation.responses), `${method} ${path}`).toEqual(expect.arrayContaining(['400', '500']));
        }
    }
  });
});
