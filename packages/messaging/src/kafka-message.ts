import { createHash } from 'node:crypto';
import { eventData, EventEnvelope, Id, type JournalEvent, topicOf, type TopicName, Version } from '@rohnamo/contracts';
import { CloudEvent, Kafka } from 'cloudevents';
import { type Arrival, arrivalOf, hasEverySequence, type KeptMessage } from './arrival.ts';
import { isEventType } from './journal-event.ts';

/** How long a topic keeps its events, where it does not keep the newest of each key for ever. */
export const retentionMs = 30 * 24 * 3600 * 1000;

/** A message as kafkajs takes it. */
export interface OutgoingMessage {
  key: string;
  value: string;
  headers: Record<string, string>;
}

/** A message as it came, and from where. */
export interface IncomingMessage {
  topic: TopicName;
  partition: number;
  offset: string;
  key: Buffer | null;
  value: Buffer | null;
  headers?: Record<string, Buffer | string | (Buffer | string)[] | undefined> | undefined;
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
 * Reads a message. Unknown fields are ignored. Null for a tombstone of a compacted topic: it is no event and has no sequence; it
 * says that the topic holds the key no more, not that anything happened, so a consumer keeps what it has.
 */
export function readMessage(message: IncomingMessage): Arrival | null {
  const { topic, key, value, headers = {} } = message;
  if (value === null && !hasEverySequence(topic)) return null;
  const attribute = (name: string): string | null => headers[`ce_${name}`]?.toString() ?? null;
  const checkpoint = attribute('checkpoint');
  const envelope = EventEnvelope.safeParse({
    id: attribute('id'),
    source: attribute('source'),
    type: attribute('type'),
    subject: attribute('subject'),
    time: attribute('time'),
    sequence: Number(attribute('sequence')),
    traceparent: attribute('traceparent'),
    checkpoint: checkpoint === null ? null : Buffer.from(checkpoint, 'base64').toString(),
  });
  const read = envelope.success && envelope.data.subject === key?.toString() ? envelope.data : null;
  if (read !== null && !isEventType(read.type))
    return { kind: 'unknown', topic, subject: read.subject, sequence: read.sequence, message: kept(message) };
  const data =
    read !== null && topicOf(read.type as keyof typeof eventData) === topic ? dataOf(read.type, value) : null;
  if (read === null || data === null)
    return {
      kind: 'unreadable',
      topic,
      subject: subjectOf(message, attribute('subject')),
      sequence: Version.safeParse(Number(attribute('sequence'))).data ?? -1 - Number(message.offset),
      message: kept(message),
    };
  return arrivalOf({ ...read, ...data });
}

/** Reads a message that was kept, by what this version knows. */
export function readAgain(bytes: Buffer): Arrival | null {
  const { key, value, headers, ...from } = JSON.parse(bytes.toString()) as Kept;
  const [keyBytes, valueBytes] = [key, value].map((text) => (text === null ? null : Buffer.from(text, 'base64')));
  return readMessage({
    ...from,
    key: keyBytes ?? null,
    value: valueBytes ?? null,
    headers: Object.fromEntries(
      headers.map(([name, ...values]) => {
        const all = values.map((each) => Buffer.from(each, 'base64'));
        return [name, all.length === 1 ? all[0] : all];
      }),
    ),
  });
}

function dataOf(type: string, value: Buffer | null): Pick<JournalEvent, 'type' | 'data'> | null {
  if (!isEventType(type) || value === null || value.includes(String.raw`\u0000`)) return null; // what no column takes
  try {
    return { type, data: eventData[type].parse(JSON.parse(value.toString())) };
  } catch {
    return null;
  }
}

/** Whose queue it goes to: its key's, as with every event; one that names no subject is a subject of its own, and holds up nothing. */
function subjectOf({ topic, partition, offset, key }: IncomingMessage, subject: string | null): string {
  const named = Id.safeParse(key?.toString()).data ?? Id.safeParse(subject).data;
  if (named !== undefined) return named.toLowerCase();
  const hash = createHash('sha256').update(`${topic}:${partition}:${offset}`).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`; // UUID version 8
}

/** A message as JSON, all that may be any bytes in base64. */
interface Kept extends Pick<IncomingMessage, 'topic' | 'partition' | 'offset'> {
  key: string | null;
  value: string | null;
  /** Name, then values. */
  headers: [string, ...string[]][];
}

function kept({ topic, partition, offset, key, value, headers = {} }: IncomingMessage): KeptMessage {
  const whole: Kept = {
    topic,
    partition,
    offset,
    key: key?.toString('base64') ?? null,
    value: value?.toString('base64') ?? null,
    headers: Object.entries(headers).map(([name, values]) => [
      name,
      ...[values ?? []].flat().map((each) => Buffer.from(each).toString('base64')),
    ]),
  };
  return { bytes: Buffer.from(JSON.stringify(whole)), at: `${topic}:${partition}:${offset}` };
}
