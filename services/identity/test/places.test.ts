import { Role, type OrganisationKind } from '@rohnamo/contracts';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createVerifier } from '@rohnamo/service-kit';
import { aFacility } from '@rohnamo/testkit';
import { ownIssuerKeys } from '../src/tokens/own-tokens.ts';
import { clients, es256Key, identityDatabase } from './identity-server.ts';

const id = (n: number) => `01934b6e-7c1a-7e2f-9d3b-00000000000${n}`;
const [clinic, ministry, kulob, elsewhere, room, otherRoom, nothing] = [1, 2, 3, 4, 5, 6, 9].map(id) as [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
];
const platform = '00000000-0000-7000-8000-000000000001';
const key = es256Key();
const issuer = 'https://identity.example.org';

const organisations: Record<string, OrganisationKind> = { [clinic]: 'health-provider', [ministry]: 'health-authority' };
const facility = (facilityId: string, organisationId: string, deskId: string) => ({
  id: facilityId,
  version: 1,
  address: null,
  ...aFacility(organisationId, { desks: [{ id: deskId, name: 'Room 4' }] }),
});
const things: Record<string, object> = {
  ...Object.fromEntries(
    Object.entries(organisations).map(([its, kind]) => [
      `/v1/organisations/${its}`,
      { id: its, version: 1, kind, name: 'x' },
    ]),
  ),
  [`/v1/facilities/${kulob}`]: facility(kulob, clinic, room),
  [`/v1/facilities/${elsewhere}`]: facility(elsewhere, ministry, otherRoom),
};

/** Answers as the directory does, to tokens that it would take. */
const asked: string[] = [];
const verifier = createVerifier({
  issuers: [],
  known: [ownIssuerKeys({ PUBLIC_URL: issuer, SIGNING_KEY: key, PREVIOUS_SIGNING_KEY: undefined })],
  audience: 'urn:rohnamo:api',
});
const directory = createServer(async (request, response) => {
  const token = await verifier.verify((request.headers.authorization ?? '').replace('Bearer ', '')).catch(() => null);
  if (token === null) return void response.writeHead(401).end();
  asked.push(`${token.role} ${[...token.scopes].join()}`);
  const thing = things[request.url ?? ''];
  response.statusCode = thing === undefined ? 404 : 200;
  response.end(JSON.stringify(thing ?? { type: '/problems/not-found', title: 'x', status: 404 }));
});

let database: Awaited<ReturnType<typeof identityDatabase>>;
let env: Record<string, string>;
beforeAll(async () => {
  database = await identityDatabase();
  await new Promise<void>((resolve) => directory.listen(0, '127.0.0.1', resolve));
  env = {
    DIRECTORY_URL: `http://127.0.0.1:${(directory.address() as AddressInfo).port}`,
    PUBLIC_URL: issuer,
    SIGNING_KEY: key.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
  };
});
afterAll(async () => {
  directory.closeAllConnections();
  directory.close();
  await database.drop();
});

const create = (options: Record<string, string | readonly string[]>, given = env, ...more: string[]) =>
  clients(
    database,
    [
      'create',
      ...Object.entries(options).flatMap(([name, values]) => [values].flat().flatMap((value) => [`--${name}`, value])),
      ...more,
    ],
    { env: given, lookedUp: true },
  );
const ofClinic = { role: 'facility', organisation: clinic, 'organisation-kind': 'health-provider', facility: kulob };
const countOfClients = async () => (JSON.parse((await clients(database, ['list', '--json'])).out) as unknown[]).length;

describe('what a client names', () => {
  test('is there and its own: the client is made, and the directory was asked to read and no more', async () => {
    expect(await create({ ...ofClinic, desk: room })).toMatchObject({ exitCode: 0 });
    expect(
      await create({ role: 'supervisor', organisation: ministry, 'organisation-kind': 'health-authority' }),
    ).toMatchObject({ exitCode: 0 });
    expect(new Set(asked)).toEqual(new Set(['service directory:read']));
  });

  test.each([
    [
      'an organisation that is not there',
      { ...ofClinic, organisation: nothing },
      `there is no organisation ${nothing} in the directory`,
    ],
    [
      'an organisation of another kind',
      { ...ofClinic, 'organisation-kind': 'ngo' },
      `the organisation ${clinic} is a health-provider, not a ngo`,
    ],
    [
      'a facility that is not there',
      { ...ofClinic, facility: [kulob, nothing] },
      `there is no facility ${nothing} in the directory`,
    ],
    [
      'a facility of another organisation',
      { ...ofClinic, facility: elsewhere },
      `the facility ${elsewhere} is not of the organisation ${clinic}`,
    ],
    [
      'a desk that is not there',
      { ...ofClinic, desk: nothing },
      `the desk ${nothing} is of none of the facilities that are named`,
    ],
    [
      'a desk of another organisation',
      { ...ofClinic, desk: [room, otherRoom] },
      `the desk ${otherRoom} is of none of the facilities`,
    ],
    [
      'a facility of another organisation, for a role that needs none',
      { ...ofClinic, role: 'supervisor', facility: elsewhere },
      'is not of the organisation',
    ],
    [
      'the platform’s organisation, for a role that is not the platform’s',
      { ...ofClinic, organisation: platform },
      'there is no organisation',
    ],
    [
      'an auditor of nobody',
      { role: 'auditor', organisation: nothing, 'organisation-kind': 'ngo' },
      'there is no organisation',
    ],
  ])('is refused, and nothing is made: %s', async (_what, options, words) => {
    const before = await countOfClients();
    const { exitCode, out, said } = await create(options);
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(said).toContain(words);
    expect(said).toContain('--unchecked');
    expect(await countOfClients()).toBe(before);
  });

  test.each(Role.options)('of a %s, the organisation is looked up, or is the platform’s own', async (role) => {
    const isOfPlatform = ['service', 'operator', 'directory-admin', 'auditor'].includes(role);
    const options = { role, organisation: platform, 'organisation-kind': 'health-authority' };
    const { exitCode } = await create(role === 'facility' ? { ...options, facility: kulob } : options, {});
    expect(exitCode).toBe(isOfPlatform ? 0 : 1);
  });
});

describe('where the directory cannot be asked', () => {
  test('the command says which variables are missing, and how the first clients are made', async () => {
    const { exitCode, said } = await create(ofClinic, {});
    expect(exitCode).toBe(1);
    for (const name of ['DIRECTORY_URL', 'PUBLIC_URL', 'SIGNING_KEY', '--unchecked', platform])
      expect(said).toContain(name);
  });

  test.each([
    ['nothing answers', { DIRECTORY_URL: 'http://127.0.0.1:1' }],
    ['it takes tokens of another issuer', { PUBLIC_URL: 'https://another.example.org' }],
  ])('it is refused without a secret or a stack: %s', async (_what, other) => {
    const { exitCode, said } = await create(ofClinic, { ...env, ...other });
    expect(exitCode).toBe(1);
    expect(said).toContain('the directory does not answer as it should');
    expect(said).not.toMatch(/ at |Error/);
    expect(said).not.toContain(env['SIGNING_KEY']);
  });

  test('--unchecked makes the client, and says that nothing was looked up', async () => {
    const { exitCode, said } = await create(ofClinic, {}, '--unchecked');
    expect(exitCode).toBe(0);
    expect(said).toContain('not looked up');
  });
});
