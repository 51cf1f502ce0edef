import { type TopicName, topics } from '@rohnamo/contracts';
import type { ServiceName } from '@rohnamo/launch';

/** The table in which the versions of a topic's subjects stand, in the database of the service that publishes it. */
export const subjectTables: Record<TopicName, string> = {
  beneficiary: 'beneficiary',
  consent: 'consent',
  'intake-batch': 'intake_batch',
  'source-system': 'source_system',
  'held-row': 'held_row',
  organisation: 'organisation',
  facility: 'facility',
  offering: 'offering',
  place: 'place_unit',
  referral: 'referral',
  message: 'message',
  slip: 'slip',
  feedback: 'feedback',
  subscription: 'subscription',
  notice: 'notice',
  delivery: 'delivery',
  client: 'client',
};

/** The topics that a service publishes. */
export const topicsOf = (service: ServiceName): TopicName[] =>
  (Object.keys(topics) as TopicName[]).filter((topic) => topics[topic].publisher === service); // its keys are topic names

/**
 * What consumers remember of the subjects of a topic, in their own databases: the versions that they have heard of, which they
 * do not heed again.
 */
export const consumersMemory: readonly { topic: TopicName; service: ServiceName; heard: string }[] = [
  { topic: 'referral', service: 'notifications', heard: heardByNotifications('referral') },
  { topic: 'message', service: 'notifications', heard: heardByNotifications('message') },
  { topic: 'beneficiary', service: 'referral', heard: 'select id, version from person' },
  { topic: 'consent', service: 'referral', heard: 'select id, version from consent' },
  { topic: 'facility', service: 'referral', heard: 'select id, version from facility' },
  { topic: 'offering', service: 'referral', heard: 'select id, version from offering' },
  { topic: 'delivery', service: 'referral', heard: 'select id, version from receipt' },
];

/** A backup may be of before the kind was kept: then a subject is a referral where a notice names it as one. */
function heardByNotifications(kind: 'referral' | 'message'): string {
  const derived = `case when exists (select from notice where referral_id = c.subject) then 'referral' else 'message' end`;
  return `select subject as id, sequence as version from consumed c
    where consumer = 'notifications' and coalesce(to_jsonb(c) ->> 'kind', ${derived}) = '${kind}'`;
}
