import type { Role, Scope } from '@rohnamo/contracts';

/** Who may call a route. */
export type Access =
  | { readonly kind: 'public' }
  | { readonly kind: 'allowed'; readonly roles: readonly Role[]; readonly scopes: readonly [Scope, ...Scope[]] };

/** Anybody, without a token. */
export const publicAccess: Access = { kind: 'public' };

/** Clients of one of these roles, with this scope in their token, or one of these where roles do the same by different ones. */
export const allow = ({
  roles,
  scope,
}: {
  roles: readonly Role[];
  scope: Scope | readonly [Scope, ...Scope[]];
}): Access => ({
  kind: 'allowed',
  roles,
  scopes: typeof scope === 'string' ? [scope] : scope,
});
