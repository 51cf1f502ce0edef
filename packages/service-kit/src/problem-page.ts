import { problems, type ProblemCode, type ProblemType } from '@rohnamo/contracts';
import { problemOf, problemType, refused } from './problem.ts';

const exampleTraceId = '0af7651916cd43dd8448eb211c80319c';

/** The page of one problem, in Markdown: as it is served, and as it stands in docs/problems. */
export function problemPage(code: ProblemCode): string {
  const { status, title, meaning, remedy, members }: ProblemType = problems[code];
  const example = { ...problemOf(refused(code), exampleTraceId), ...members };
  return [
    `# ${title}`,
    '',
    `- type: \`${problemType(code)}\``,
    `- status: ${status}`,
    '',
    `**When it comes.** ${meaning}`,
    '',
    `**What to do.** ${remedy}`,
    '',
    'An answer (`application/problem+json`):',
    '',
    '```json',
    JSON.stringify(example, null, 2),
    '```',
    '',
    'Compare `type`. `instance` names this one request: it is also in `X-Request-Id` and in our logs.',
    '',
  ].join('\n');
}
