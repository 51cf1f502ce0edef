import { createConfig, lintFromString } from '@redocly/openapi-core';

/** What we hold to beyond the linter's strictest set. Its other rules that are off are matters of taste. */
const rules = {
  'operation-description': 'error',
  'operation-tag-defined': 'error',
  'parameter-description': 'error',
  'path-http-verbs-order': 'error',
} as const;

const async3Rules = {
  // How a broker authenticates is each installation's own; a webhook is signed, for which AsyncAPI has no scheme.
  'security-defined': 'off',
} as const;

/** What the linter finds in an OpenAPI or AsyncAPI document, a line a finding. */
export async function findingsIn(name: string, source: string): Promise<string[]> {
  const config = await createConfig({ extends: ['recommended-strict'], rules, async3Rules });
  const problems = await lintFromString({ source, absoluteRef: `/${name}`, config });
  return problems.map(
    ({ ruleId, message, location }) => `${name} ${location[0]?.pointer ?? ''}: ${message} (${ruleId})`,
  );
}
