import { Role, Scope, scopesOfRole } from '@rohnamo/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clientIdPattern, NewClient, newClientId } from './new-client.ts';

const facility = '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d61';
const asked = (role: Role, scopes: readonly Scope[]) => ({
  clientId: 'some-client',
  role,
  organisationId: '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d60',
  organisationKind: 'ngo',
  facilityIds: [facility, facility],
  deskIds: [],
  scopes,
});

test('a client never has a scope beyond its role, and is refused where one is asked for', () => {
  fc.assert(
    fc.property(fc.constantFrom(...Role.options), fc.subarray(Scope.options), (role, scopes) => {
      const allowed: readonly Scope[] = scopesOfRole[role];
      const result = NewClient.safeParse(asked(role, scopes));
      expect(result.success).toBe(scopes.every((scope) => allowed.includes(scope)));
      if (!result.success) return;
      expect(new Set(result.data.scopes)).toEqual(new Set(scopes.length === 0 ? allowed : scopes));
    }),
  );
});

test('a facility that is named twice is one', () => {
  expect(NewClient.parse(asked('facility', [])).facilityIds).toEqual([facility]);
});

test('a desk that is named twice is one, and only a facility has any', () => {
  const deskIds = [facility, facility];
  expect(NewClient.parse({ ...asked('facility', []), deskIds }).deskIds).toEqual([facility]);
  expect(NewClient.safeParse({ ...asked('supervisor', []), deskIds }).success).toBe(false);
});

test('a name that is made up can be a name', () => {
  fc.assert(
    fc.property(fc.constantFrom(...Role.options), fc.uint8Array({ minLength: 10, maxLength: 10 }), (role, random) => {
      expect(newClientId(role, random)).toMatch(clientIdPattern);
    }),
  );
});
