import type { EventType, JournalEvent } from '@rohnamo/contracts';
import { messageOf } from '@rohnamo/messaging';
import { readFileSync } from 'node:fs';

/** The golden sample of an event, as Kafka carries it. */
export function sampleMessageOf(type: EventType) {
  const file = new URL(import.meta.resolve(`@rohnamo/contracts/samples/${type}.json`));
  const event = JSON.parse(readFileSync(file, 'utf8')) as JournalEvent; // held to its schema by a test of contracts
  return { event, ...messageOf(event) };
}
