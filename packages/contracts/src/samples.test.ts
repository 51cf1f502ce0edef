import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { eventData, EventEnvelope, type EventType, topicOf, topics } from './index.ts';

const folder = new URL('../samples/', import.meta.url);
const types = Object.keys(eventData) as EventType[]; // the keys of a constant
const sampleOf = (type: string) =>
  JSON.parse(readFileSync(new URL(`${type}.json`, folder), 'utf8')) as Record<string, unknown>;

describe('the golden samples', () => {
  it('are one of each version of each event, and no other', () => {
    expect(new Set(readdirSync(folder))).toEqual(new Set(types.map((type) => `${type}.json`)));
  });

  it.each(types)('of %s is still read as it was written', (type) => {
    const { data, ...envelope } = sampleOf(type);
    expect(EventEnvelope.parse(envelope)).toEqual(envelope);
    expect(eventData[type].parse(data)).toEqual(data);
    expect(envelope).toMatchObject({ type, source: `urn:rohnamo:${topics[topicOf(type)].publisher}` });
  });

  it.each(types)('of %s is still read with a member more, which is ignored', (type) => {
    const { data } = sampleOf(type);
    expect(eventData[type].parse({ ...(data as object), addedLater: true })).toEqual(data);
  });

  it.each(types)('of %s says everything that such an event can say', (type) => {
    const schema: z.ZodObject = eventData[type];
    expect(Object.keys(sampleOf(type)['data'] as object).toSorted()).toEqual(Object.keys(schema.shape).toSorted());
  });
});
