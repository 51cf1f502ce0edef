import {
  BarrierCode,
  type Funnel,
  type Quarter,
  RejectionCode,
  type Statistics,
  type StatisticsGrouping,
  type StatisticsReasons,
  type StatisticsRow,
} from '@rohnamo/contracts';
import { type Counts, countOf, type Level, summed } from './counts.ts';
import { tellingOf } from './publish.ts';
import type { Durations } from './durations.ts';
import type { Counted, Times } from './store.ts';

/** Of fewer cases no median is given. */
const casesMin = 10;

/** What may be told of the groups that were counted, and of all of them together. */
export function statisticsOf(
  { groups, durations }: Counted,
  { quarter, groupBy }: { quarter: Quarter; groupBy: StatisticsGrouping | null },
): Statistics {
  const counted = new Map([...groups].map(([key, { counts }]) => [key, counts]));
  const tellings = tellingOf(counted);
  const total = summed([...counted.values()]);
  const rowOf = (counts: (level: Level) => Counts | null, times: Times | undefined): StatisticsRow => {
    const [sent, funnel, reasons] = [counts('sent'), counts('funnel'), counts('reasons')];
    return {
      sent: sent && countOf(sent, 'sent'),
      funnel: funnel && funnelOf(funnel, times),
      reasons: reasons && reasonsOf(reasons),
    };
  };
  const othersAt = (level: Level): Counts | null => {
    const { others } = tellings[level];
    return others?.isTold ? others.counts : null;
  };
  const hasOthers = Object.values(tellings).some(({ others }) => others !== null);
  return {
    quarter,
    groupBy,
    total: rowOf((level) => (tellings[level].isTotalTold ? total : null), durations),
    groups:
      groupBy === null
        ? []
        : [...tellings.sent.groups].toSorted().map((key) => ({
            key,
            ...rowOf(
              (level) => (tellings[level].groups.has(key) ? (counted.get(key) ?? {}) : null),
              groups.get(key)?.durations,
            ),
          })),
    others: groupBy === null || !hasOthers ? null : rowOf(othersAt, undefined),
  };
}

function funnelOf(counts: Counts, durations: Times | undefined): Funnel {
  const of = (name: string) => countOf(counts, name);
  return {
    answered: of('answered'),
    accepted: of('accepted'),
    completed: of('completed'),
    served: of('served'),
    servedConfirmed: of('servedConfirmed'),
    servedUnconfirmed: of('servedUnconfirmed'),
    noShow: of('noShow'),
    closed: of('closed'),
    rejected: of('rejected'),
    cancelled: of('cancelled'),
    expired: of('expired'),
    timeToAnswer: durationOf(durations?.timeToAnswer),
    timeToAccept: durationOf(durations?.timeToAccept),
    timeToServe: durationOf(durations?.timeToServe),
  };
}

const durationOf = (durations: Durations | undefined): Funnel['timeToAnswer'] =>
  durations === undefined || durations.cases < casesMin
    ? null
    : { medianHours: toTenths(durations.medianHours), p90Hours: toTenths(durations.p90Hours) };
const toTenths = (hours: number): number => Math.round(hours * 10) / 10;

const reasonsOf = (counts: Counts): StatisticsReasons => ({
  rejections: byCode(RejectionCode.options, (code) => countOf(counts, `rejection.${code}`)),
  barriers: byCode(BarrierCode.options, (code) => countOf(counts, `barrier.${code}`)),
});

const byCode = <Code extends string>(codes: readonly Code[], count: (code: Code) => number) =>
  Object.fromEntries(codes.map((code) => [code, count(code)])) as Record<Code, number>; // of each code
