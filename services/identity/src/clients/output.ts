import type { ClientRow } from '../schema.ts';
import { credentialKindOf } from './decide.ts';

/** What is shown of a client: all but its credential. */
export const viewOf = (client: ClientRow) => ({
  clientId: client.clientId,
  role: client.role,
  organisationId: client.organisationId,
  organisationKind: client.organisationKind,
  facilityIds: client.facilityIds,
  deskIds: client.deskIds,
  scopes: client.scopes,
  credential: credentialKindOf(client),
  state: client.revokedAt === null ? 'active' : 'revoked',
  createdAt: client.createdAt.toISOString(),
  rotatedAt: client.rotatedAt?.toISOString() ?? null,
  previousExpiresAt: client.previousExpiresAt?.toISOString() ?? null,
  revokedAt: client.revokedAt?.toISOString() ?? null,
});
type ClientView = ReturnType<typeof viewOf>;

/** One client: as JSON, or a line for each thing known of it. */
export function asText(view: ClientView & { clientSecret?: string }, json: boolean): string {
  if (json) return `${JSON.stringify(view, null, 2)}\n`;
  return Object.entries(view)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(' ') : value}\n`)
    .join('');
}

/** Many clients, a line for each. */
export function asTable(views: readonly ClientView[]): string {
  const rows = [
    ['CLIENT', 'ROLE', 'ORGANISATION', 'CREDENTIAL', 'STATE', 'CREATED'],
    ...views.map(({ clientId, role, organisationId, credential, state, createdAt }) => [
      clientId,
      role,
      organisationId,
      credential ?? '-',
      state,
      createdAt,
    ]),
  ];
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, column) => Math.max(widest[column] ?? 0, cell.length)),
    [],
  );
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
