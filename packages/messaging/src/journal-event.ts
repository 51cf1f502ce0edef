import { eventData, type EventType, type JournalEvent } from '@rohnamo/contracts';
import type { PlacedEntry } from '@rohnamo/journal';

/** Whether this version knows the type. */
export const isEventType = (type: string): type is EventType => Object.hasOwn(eventData, type);

/** The public part of an entry; null for what is never published (a look, a denial). */
export function eventOf(source: string, entry: PlacedEntry, checkpoint: string | null): JournalEvent | null {
  if (entry.version === null || !isEventType(entry.type)) return null;
  return {
    id: entry.id,
    source,
    type: entry.type,
    subject: entry.subject,
    time: entry.time.toISOString(),
    sequence: entry.version,
    data: eventData[entry.type].parse(entry.data), // strips: nothing leaves that the contract does not name
    traceparent: entry.traceparent,
    checkpoint,
  };
}
