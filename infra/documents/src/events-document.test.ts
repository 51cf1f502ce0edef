import specs from '@asyncapi/specs';
import { eventData, type TopicName, topics } from '@rohnamo/contracts';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { beforeAll, describe, expect, it } from 'vitest';
import { eventsDocument } from './events-document.ts';
import { type DescribedService, describeServices } from './services.ts';

interface Message {
  headers: object;
  payload: object;
  examples: { headers: object; payload: object }[];
}
interface Events {
  operations: Record<string, { action: string; channel: { $ref: string } }>;
  components: { messages: Record<string, Message>; schemas: object };
}

let services: DescribedService[];
let document: Events;
beforeAll(async () => {
  services = await describeServices();
  document = eventsDocument(services) as Events;
});

const operations = (action: string) =>
  Object.entries(document.operations).flatMap(([name, operation]) =>
    operation.action === action ? [{ name, channel: operation.channel.$ref.replace('#/channels/', '') }] : [],
  );

describe('the document of events', () => {
  it('keeps to the schema that AsyncAPI publishes for 3.0.0', () => {
    const ajv = addFormats.default(new Ajv({ strict: false, allErrors: true }));
    const schema: object = specs.schemasWithoutId['3.0.0'];
    const validate = ajv.compile(schema);
    validate(document);
    expect(validate.errors).toBeNull();
  });

  it('has a message for each event, and the webhook', () => {
    expect(new Set(Object.keys(document.components.messages))).toEqual(new Set([...Object.keys(eventData), 'webhook']));
  });

  it.each([...Object.keys(eventData), 'webhook'])('has an example of %s that its own schemas take', (type) => {
    const ajv = addFormats.default(new Ajv({ strict: false, allErrors: true }));
    const { messages, schemas } = document.components;
    for (const part of ['headers', 'payload'] as const) {
      const validate = ajv.compile({ ...messages[type]?.[part], components: { schemas } });
      const examples = messages[type]?.examples ?? [];
      expect(examples).not.toEqual([]);
      for (const example of examples) {
        validate(example[part]);
        expect(validate.errors, part).toBeNull();
      }
    }
  });

  it('says of each topic who sends it: one service, which keeps what the topic is about', () => {
    const sent = operations('send').filter(({ channel }) => channel !== 'webhook');
    expect(sent.map(({ channel }) => channel).toSorted()).toEqual(Object.keys(topics).toSorted());
    for (const [topic, { publisher }] of Object.entries(topics))
      expect(services.find(({ name }) => name === publisher)?.keeps, topic).toContain(topic);
  });

  it('says who hears what, as the services subscribe', () => {
    const heard = operations('receive').map(({ name, channel }) => `${name} ${channel}`);
    expect(heard).toContain('referral-hears-consent consent');
    expect(heard).toContain('notifications-hears-referral referral');
    expect(heard).toContain('registry-revocations-hears-client client');
    const wanted = services.flatMap(({ hears }) => hears.flatMap(({ topics: some }): readonly TopicName[] => some));
    expect(heard).toHaveLength(wanted.length);
  });
});
