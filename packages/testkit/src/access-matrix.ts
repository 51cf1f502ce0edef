import { Role, Scope, scopesOfRole } from '@rohnamo/contracts';
import { type Ask, problemTypeOf, type WholeAnswer } from './asking.ts';
import { wordsOf } from './words-of.ts';
import type { TokenRequest } from './test-issuer.ts';

/** A route as the service's own route table tells of it. */
interface Route {
  method: string;
  path: string;
  access: { kind: 'public' } | { kind: 'allowed'; scopes: readonly Scope[] };
}

export type AccessTable = Record<string, Record<string, string>>;

const scopeless = 'without its scope';
const revoked = 'revoked since its token was made';
const revokedClient = 'test-revoked';
const someone = '01934b6e-0000-7000-8000-00000000face';

/**
 * An expectation for each route and each caller: 401, 403, or `allowed` past the door, whatever is said behind it.
 * The first line names the callers. A role without a column is one that every route refuses. A line of `METHOD /path everybody` is a
 * public route, one of `METHOD /path only role` is for that role alone. HEAD follows GET. Throws for a line that lacks a cell.
 */
export function accessTable(text: string): AccessTable {
  const [head, ...lines] = wordsOf(text);
  const columns = ['nobody', ...Role.options].filter((column) => head?.includes(column));
  if (head?.join() !== columns.join()) throw new Error(`the columns must be nobody and roles, in their order`);
  const rows = lines.flatMap(([method = '', path = '', ...cells]): [string, Record<string, string>][] => {
    const isPublic = cells.join() === 'everybody';
    const only = cells[0] === 'only' ? cells.slice(1) : null;
    if (!isPublic && !only && cells.length !== columns.length)
      throw new Error(`${method} ${path} lacks an expectation`);
    const cellOfColumn = (column: string): string => {
      if (isPublic) return 'allowed';
      if (only) return only.includes(column) ? 'allowed' : refusalOf(column);
      return cells[columns.indexOf(column)] ?? refusalOf(column);
    };
    const row = Object.fromEntries(['nobody', ...Role.options].map((column) => [column, cellOfColumn(column)]));
    const whole = isPublic ? row : { ...row, [scopeless]: '403', [revoked]: '401' };
    return method === 'GET'
      ? [`GET ${path}`, `HEAD ${path}`].map((route) => [route, whole])
      : [[`${method} ${path}`, whole]];
  });
  return Object.fromEntries(rows);
}

const refusalOf = (column: string): string => (column === 'nobody' ? '401' : '403');

interface Verifier {
  forgetClient(clientId: string): void;
}

/**
 * The same table, found out: each route is asked by nobody; by a client of each role, once with the scopes that the role has
 * and once with every scope; by the roles that may, without the scope that it asks for; and by the roles that may, with a token
 * of a client that was revoked.
 */
export async function foundAccess(routes: readonly Route[], ask: Ask, verifier: Verifier): Promise<AccessTable> {
  const table: AccessTable = {};
  verifier.forgetClient(revokedClient);
  for (const { method, path, access } of routes) {
    const scopes = access.kind === 'public' ? undefined : access.scopes;
    const cell = async (as: TokenRequest | null) => {
      const url = path.replaceAll(/:\w+/g, someone).replace('*', '');
      return cellOf(`${method} ${path}`, await ask({ method, url, as }));
    };
    const row: Record<string, string> = { nobody: await cell(null) };
    const without = new Set<string>();
    const afterwards = new Set<string>();
    for (const role of Role.options) {
      const client = { role, organisationId: someone };
      const own = await cell({ ...client, scopes: [...scopesOfRole[role]] });
      const withAll = await cell({ ...client, scopes: [...Scope.options] });
      row[role] = own === withAll ? own : `${own} with its own scopes, ${withAll} with all`;
      if (scopes === undefined || withAll !== 'allowed') continue;
      const others = Scope.options.filter((one) => !scopes.includes(one));
      without.add(await cell({ ...client, scopes: others }));
      afterwards.add(await cell({ ...client, clientId: revokedClient }));
    }
    const refusals = { [scopeless]: [...without].join(), [revoked]: [...afterwards].join() };
    table[`${method} ${path}`] = scopes === undefined ? row : { ...row, ...refusals };
  }
  return table;
}

/** A HEAD is answered without a body, and so without a problem. */
function cellOf(route: string, answer: WholeAnswer): string {
  const { status } = answer;
  const complaint = complaintAbout(answer);
  if (complaint !== null) throw new Error(`${route}, answered with ${status}: ${complaint}`);
  const problem = String(problemTypeOf(answer));
  if (status >= 500) throw new Error(`${route} was answered with ${status}`);
  const isRefused = (prefix: string) => route.startsWith('HEAD ') || problem.startsWith(`/problems/${prefix}`);
  if (status === 401 && isRefused('token-')) return '401';
  if (status === 403 && isRefused('forbidden')) return '403';
  return 'allowed';
}

/** What every answer promises, whoever asks: no cache keeps it but where a public page says so, and a problem says cause and remedy. */
function complaintAbout({ status, headers, body }: WholeAnswer): string | null {
  if (headers['x-content-type-options'] !== 'nosniff') return 'it lacks nosniff';
  const mayBeCached = status < 400 && /^(no-cache|public, )/.test(String(headers['cache-control']));
  if (headers['cache-control'] !== 'no-store' && !mayBeCached) return 'caches may keep it';
  if (headers['content-type'] !== 'application/problem+json' || typeof body !== 'object' || body === null) return null;
  const { title, detail, errors = [] } = body as { title: string; detail?: string; errors?: { detail: string }[] };
  const said = [detail ?? '', ...errors.map((error) => error.detail)];
  return said.some((words) => words === '' || words === title || words.includes('see title'))
    ? `its problem does not say why: ${JSON.stringify(body)}`
    : null;
}

/** What every service serves beside its own routes: lines of an {@link accessTable}. */
export const commonRoutes = `
  GET /v1/journal/checkpoint  everybody
  GET /v1/journal/inclusion   only auditor
  GET /v1/journal/consistency only auditor
  GET /v1/journal/entries     only auditor
  GET /docs                everybody
  GET /docs/               everybody
  GET /docs/js/scalar.js   everybody
  GET /health/live         everybody
  GET /health/ready        everybody
  GET /metrics             everybody
  GET /openapi.json        everybody
  GET /problems/:code      everybody
`;

/** What a service that hears others serves beside them: the events that it has parked. */
export const parkedRoutes = `
  GET  /v1/parked         only operator
  POST /v1/parked/replay  only operator
  POST /v1/parked/discard only operator
`;
