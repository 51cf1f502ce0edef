import { expect, it } from 'vitest';
import { jsonSql } from './json-sql.ts';

it('spells each column as its kind asks, and a null as null', () => {
  expect(jsonSql('t', { id: 'plain', version: 'raw', reason: 'text', languages: 'list' })).toBe(
    `'{' || '"id":' || coalesce('"' || t.id || '"', 'null') || ',"version":' || coalesce(t.version::text, 'null')` +
      ` || ',"reason":' || coalesce(to_json(t.reason)::text, 'null')` +
      ` || ',"languages":' || coalesce('["' || array_to_string(t.languages, '","') || '"]', 'null') || '}'`,
  );
});
