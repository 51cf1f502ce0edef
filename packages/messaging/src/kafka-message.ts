import type { JournalEvent } from '@rohnamo/contracts';
import { CloudEvent, Kafka } from 'cloudevents';
import { readEvent } from './journal-event.ts';

/** A message as kafkajs takes it. */
export interface OutgoingMessage {
  key: string;
  value: string;
  headers: Record<string, string>;
}

/** CloudEvents 1.0, Kafka protocol binding §3.2 (binary mode). The checkpoint holds line ends, which an attribute may not: base64. */
export function messageOf(event: JournalEvent): OutgoingMessage {
  const { id, source, type, subject, time, sequence, data, traceparent, checkpoint } = event;
  const message = Kafka.binary(
    new CloudEvent({
      id,
      source,
      type,
      subject,
      time,
      datacontenttype: 'application/json',
      sequence: String(sequence),
      ...(traceparent === null ? {} : { traceparent }),
      ...(checkpoint === null ? {} : { checkpoint: Buffer.from(checkpoint).toString('base64') }),
      data,
    }),
  );
  const headers = Object.fromEntries(
    Object.entries(message.headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
  return { key: subject, value: JSON.stringify(data), headers };
}

/**
 * The event in a message; null for a tombstone and for a type that this version does not know.
 * @throws when it is no event of ours.
 */
export function eventOfMessage({
  value,
  headers = {},
}: {
  value: Buffer | null;
  headers?: Record<string, Buffer | string | (Buffer | string)[] | undefined> | undefined;
}): JournalEvent | null {
  if (value === null) return null;
  const attribute = (name: string): string | null => headers[`ce_${name}`]?.toString() ?? null;
  const checkpoint = attribute('checkpoint');
  return readEvent(
    {
      id: attribute('id'),
      source: attribute('source'),
      type: attribute('type'),
      subject: attribute('subject'),
      time: attribute('time'),
      sequence: Number(attribute('sequence')),
      traceparent: attribute('traceparent'),
      checkpoint: checkpoint === null ? null : Buffer.from(checkpoint, 'base64').toString(),
    },
    JSON.parse(value.toString()),
  );
}
