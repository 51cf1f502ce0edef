import { Quarter, Statistics, StatisticsGrouping } from '@rohnamo/contracts';
import { allow, type Caller, problemResponses, refused, type Server } from '@rohnamo/service-kit';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { csvOf } from './csv.ts';
import { boundsOf, lastQuarter } from './quarter.ts';
import { countedTasks } from './store.ts';
import { statisticsOf } from './view.ts';

const StatisticsQuery = z.strictObject({
  quarter: Quarter.optional().describe('One that is over; the last one where it is not said'),
  groupBy: StatisticsGrouping.optional().describe('By what to tell groups apart; totals alone where it is not said'),
  format: z.enum(['json', 'csv']).default('json').describe('How the figures are written'),
});

/** `GET /v1/statistics`: how referrals fare, in numbers too large to tell of anybody. */
export function registerStatistics(app: Server, { journal, limits, now }: Context): void {
  app.get(
    '/v1/statistics',
    {
      config: { access: allow({ roles: ['supervisor'], scope: 'referrals:read' }) },
      schema: {
        tags: ['statistics'],
        operationId: 'getStatistics',
        summary: 'Ask how the referrals of a quarter fare',
        description:
          'Of those that your organisation refers or receives; of the whole country for a supervisor of a health authority. By facility, by district of the person, by priority or by month. Groups of whom too few are counted to be told are told together as `others`, or not at all; sensitive needs, walk-ins and drafts are not counted. `format=csv` gives the same as a table.',
        querystring: StatisticsQuery,
        response: { 200: Statistics, ...problemResponses() },
      },
    },
    async (request, reply) => {
      const { utcOffsetMs } = limits.calendar;
      const last = lastQuarter(now(), utcOffsetMs);
      const { quarter = last, groupBy = null, format } = request.query;
      if (quarter > last)
        throw refused('invalid-field', {
          errors: [{ parameter: 'quarter', in: 'query', detail: `must be over: ${last} is the last one` }],
        });
      const period = { ...boundsOf(quarter, utcOffsetMs), utcOffsetMs };
      const counted = await countedTasks(journal.pool, { organisationId: scopeOf(request.caller), groupBy, ...period });
      const statistics = statisticsOf(counted, { quarter, groupBy });
      if (format === 'json') return statistics;
      return reply
        .header('content-type', 'text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="statistics-${quarter}.csv"`)
        .serializer((text: string) => text)
        .send(csvOf(statistics) as unknown as Statistics); // the schema describes JSON; this is text
    },
  );
}

/** A health authority answers for the whole country. */
const scopeOf = ({ organisationKind, organisationId }: Caller): string | null =>
  organisationKind === 'health-authority' ? null : organisationId;
