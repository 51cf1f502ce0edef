import { type ProblemCode, problems } from '@rohnamo/contracts';
import { problemPage, problemType } from '@rohnamo/service-kit';

const codes = (Object.keys(problems) as ProblemCode[]).toSorted(); // the keys of a constant

/** docs/problems: the page of every problem type, and an index of them by status. */
export const problemPages = (): Record<string, string> => ({
  'README.md': index(),
  ...Object.fromEntries(codes.map((code) => [`${code}.md`, problemPage(code)])),
});

function index(): string {
  const rows = codes
    .toSorted((a, b) => problems[a].status - problems[b].status)
    .map((code) => `| ${problems[code].status} | [\`${problemType(code)}\`](${code}.md) | ${problems[code].title} |`);
  return [
    '# Problems',
    '',
    'Every refusal is a problem (RFC 9457), and every `type` has a page: here, and served by each service at that very path.',
    'Why types are paths: [decision 7](../decisions/0007-problem-types-are-paths.md). Written by `npm run documents` from',
    '[contracts](../../packages/contracts/src/problems.ts).',
    '',
    '| status | type | meaning |',
    '|---|---|---|',
    ...rows,
    '',
    '`POST /token` alone refuses in the words of OAuth 2 (RFC 6749 §5.2).',
    '',
  ].join('\n');
}
