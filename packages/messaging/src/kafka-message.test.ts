import { eventData, type EventType, type JournalEvent, topicOf } from '@rohnamo/contracts';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { messageOf, readMessage } from './kafka-message.ts';

const sampleOf = (type: string) =>
  JSON.parse(
    readFileSync(new URL(import.meta.resolve(`@rohnamo/contracts/samples/${type}.json`)), 'utf8'),
  ) as JournalEvent;

describe('a message of Kafka', () => {
  it.each(Object.keys(eventData) as EventType[])('carries %s whole, there and back', (type) => {
    const event = sampleOf(type);
    const { key, value, headers } = messageOf(event);
    expect(key).toBe(event.subject);
    const message = {
      topic: topicOf(type),
      partition: 0,
      offset: '0',
      key: Buffer.from(key),
      value: Buffer.from(value),
    };
    expect(readMessage({ ...message, headers })).toMatchObject({ kind: 'event', event });
  });

  it('says in its headers, by CloudEvents 1.0, what it carries', () => {
    expect(messageOf(sampleOf('referral.sent.v1')).headers).toMatchObject({
      'content-type': 'application/json',
      ce_specversion: '1.0',
      ce_type: 'referral.sent.v1',
      ce_source: 'urn:rohnamo:referral',
      ce_sequence: '1',
    });
  });
});
