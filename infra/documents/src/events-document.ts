import { eventData, type EventType, type TopicName, topicOf, topics } from '@rohnamo/contracts';
import { retentionMs } from '@rohnamo/messaging';
import { sampleMessageOf } from './golden-samples.ts';
import { cloudEventHeaders } from './message-headers.ts';
import { payloadNameOf, payloadSchemas } from './payload-schemas.ts';
import type { DescribedService } from './services.ts';
import { webhookMessage } from './webhook-message.ts';

const types = Object.keys(eventData) as EventType[]; // the keys of constants
const topicNames = Object.keys(topics) as TopicName[];
const typesOf = (topic: TopicName) => types.filter((type) => topicOf(type) === topic);
const bindingVersion = '0.5.0';

const description = `What the services say to each other over Kafka, and what they say to you over HTTPS.

- A topic per kind of thing, keyed by its id: the events of one thing come in order. Delivery is **at least once**: tell repeats by \`ce_id\`, or by subject and \`ce_sequence\`.
- An event holds ids, codes, times and organisation ids: nothing about a person. A facility's public record travels whole.
- New event types and new members may come at any time: ignore those that you do not know. What an old reader would misread gets a new version in its type.

Outside parties are told by webhook or by the pull feed of notifications; Kafka is inside the installation.`;

/** AsyncAPI 3.0: every topic, every event, who sends and who hears it, and the webhook. */
export function eventsDocument(services: readonly DescribedService[]): object {
  return {
    asyncapi: '3.0.0',
    id: 'urn:rohnamo:events',
    info: {
      title: 'Rohnamo events',
      version: '0.1.0',
      description,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      kafka: {
        host: '{brokers}',
        protocol: 'kafka',
        variables: { brokers: { description: 'Those of the installation' } },
      },
      subscriber: {
        host: '{endpoint}',
        protocol: 'https',
        variables: { endpoint: { description: 'Where your subscription says' } },
      },
    },
    channels: { ...Object.fromEntries(topicNames.map((topic) => [topic, channelOf(topic)])), webhook: webhookChannel },
    operations: {
      ...Object.assign({}, ...services.map(operationsOf)),
      'notifications-sends-webhook': webhookOperation,
    },
    components: {
      messages: {
        ...Object.fromEntries(types.map((type) => [type, messageOf(type)])),
        webhook: webhookMessage,
      },
      tags: Object.fromEntries(services.map(({ name, description }) => [name, { name, description }])),
      schemas: { CloudEventHeaders: cloudEventHeaders, ...payloadSchemas() },
    },
  };
}

function channelOf(topic: TopicName): object {
  const { cleanup } = topics[topic];
  return {
    address: `{topicPrefix}.${topic}`,
    title: topic,
    description:
      cleanup === 'compact'
        ? 'Compacted: the newest event of each key stays for ever.'
        : `Events stay for ${retentionMs / 86_400_000} days. The journal of ${topics[topic].publisher} keeps them all.`,
    servers: [{ $ref: '#/servers/kafka' }],
    parameters: { topicPrefix: { description: 'TOPIC_PREFIX of the installation', default: 'rohnamo' } },
    messages: Object.fromEntries(typesOf(topic).map((type) => [type, { $ref: `#/components/messages/${type}` }])),
    bindings: {
      kafka: {
        topicConfiguration: {
          'cleanup.policy': [cleanup],
          ...(cleanup === 'delete' ? { 'retention.ms': retentionMs } : {}),
        },
        bindingVersion,
      },
    },
  };
}

function messageOf(type: EventType): object {
  const { event, key, headers, value } = sampleMessageOf(type);
  return {
    name: type,
    title: type,
    summary: summaryOf(type),
    contentType: 'application/json',
    headers: {
      allOf: [
        { $ref: '#/components/schemas/CloudEventHeaders' },
        { type: 'object', properties: { ce_type: { const: type }, ce_source: { const: event.source } } },
      ],
    },
    payload: { $ref: `#/components/schemas/${payloadNameOf(type)}` },
    bindings: {
      kafka: { key: { type: 'string', format: 'uuid', description: 'The subject', examples: [key] }, bindingVersion },
    },
    examples: [{ name: type, headers, payload: JSON.parse(value) as object }],
  };
}

/** `Referral: info requested` of `referral.info-requested.v1`. */
function summaryOf(type: EventType): string {
  const [thing = '', verb = ''] = type.replaceAll('-', ' ').split('.');
  return `${thing.charAt(0).toUpperCase()}${thing.slice(1)}: ${verb}`;
}

/** Who publishes stands with the topics; who hears what is read from the subscriptions that the service sets up. */
function operationsOf({ name, hears }: DescribedService): Record<string, object> {
  const sent = topicNames.filter((topic) => topics[topic].publisher === name);
  const tags = [{ $ref: `#/components/tags/${name}` }];
  return {
    ...Object.fromEntries(
      sent.map((topic) => [
        `${name}-sends-${topic}`,
        {
          action: 'send',
          channel: { $ref: `#/channels/${topic}` },
          summary: `The ${name} service publishes every change, in order.`,
          tags,
        },
      ]),
    ),
    ...Object.fromEntries(
      hears.flatMap(({ group, topics: heard, everyProcess = false }) =>
        heard.map((topic) => [
          `${group}-hears-${topic}`,
          {
            action: 'receive',
            channel: { $ref: `#/channels/${topic}` },
            summary: everyProcess
              ? 'Every process hears it from the oldest event on, at each start.'
              : `The group {topicPrefix}.${group} shares the work.`,
            tags,
          },
        ]),
      ),
    ),
  };
}

/** Without an address, which AsyncAPI takes as: known at run time alone. */
const webhookChannel = {
  title: 'webhook',
  description: 'The `url` of a subscription: see `POST /v1/subscriptions` of notifications.',
  servers: [{ $ref: '#/servers/subscriber' }],
  messages: { webhook: { $ref: '#/components/messages/webhook' } },
};

const webhookOperation = {
  action: 'send',
  channel: { $ref: '#/channels/webhook' },
  summary: 'Tells a subscriber; 2xx within 10 seconds is the receipt.',
  tags: [{ $ref: '#/components/tags/notifications' }],
  bindings: { http: { method: 'POST', bindingVersion: '0.3.0' } },
};
