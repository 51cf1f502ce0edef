import type { Role, Scope } from '@rohnamo/contracts';

/** Who may call a route. */
export type Access =
  | { readonly kind: 'public' }
  | { readonly kind: 'allowed'; readonly roles: readonly Role[]; readonly scope: Scope };

/** Anybody, without a token. */
export const publicAccess: Access = { kind: 'public' };

/** Clients of one of these roles, with this scope in their token. */
export const allow = (rule: { roles: readonly Role[]; scope: Scope }): Access => ({ kind: 'allowed', ...rule });
