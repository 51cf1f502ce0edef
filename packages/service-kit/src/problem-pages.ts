import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { publicAccess } from './access.ts';
import { problemPage } from './problem-page.ts';
import { isProblemCode, problemResponses, refused } from './problem.ts';

/** `GET /problems/:code`, where the `type` of every problem points: what it means and what to do about it. */
export function registerProblemPages(app: FastifyInstance): void {
  const config = { access: publicAccess };
  app.get(
    '/problems/:code',
    {
      config,
      schema: {
        tags: ['problems'],
        operationId: 'getProblemPage',
        summary: 'What a problem means, and what to do about it',
        description: 'The `type` of every problem is the path of such a page.',
        params: z.object({
          code: z
            .string()
            .max(64)
            .describe('What follows `/problems/` in the type')
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
