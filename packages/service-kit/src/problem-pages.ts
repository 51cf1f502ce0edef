import { problems, type ProblemCode } from '@rohnamo/contracts';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { publicAccess } from './access.ts';
import { isProblemCode, problemResponses, problemType, refused } from './problem.ts';

/** `GET /problems/:code`, where the `type` of every problem points: what it means and what to do about it. */
export function registerProblemPages(app: FastifyInstance): void {
  const config = { access: publicAccess };
  app.get(
    '/problems/:code',
    {
      config,
      schema: {
        tags: ['problems'],
        summary: 'What a problem means, and what to do about it',
        params: z.object({
          code: z
            .string()
            .max(64)
            .meta({ examples: ['version-mismatch'] }),
        }),
        response: {
          200: { description: 'A page in Markdown', content: { 'text/markdown': { schema: z.string() } } },
          ...problemResponses('not-found'),
        },
      },
    },
    async (request, reply) => {
      const { code } = request.params as { code: string };
      if (!isProblemCode(code)) throw refused('not-found');
      return reply.type('text/markdown; charset=utf-8').send(problemPage(code));
    },
  );
}

/** The page of one problem, in Markdown. */
function problemPage(code: ProblemCode): string {
  const { status, title, remedy } = problems[code];
  return [
    `# ${title}`,
    '',
    `- type: \`${problemType(code)}\``,
    `- status: ${status}`,
    '',
    `**What to do.** ${remedy}`,
    '',
    'The answer names this one request as `instance`, which is also in `X-Request-Id` and in our logs.',
    '',
  ].join('\n');
}
