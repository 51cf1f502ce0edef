import { sampleMessageOf } from './golden-samples.ts';
import { webhookHeaders } from './message-headers.ts';

const { event } = sampleMessageOf('referral.sent.v1');

/** The call by which an organisation learns that something happened to a referral. */
export const webhookMessage = {
  name: 'webhook',
  title: 'Something happened to a referral',
  summary:
    'Which referral, what happened, and the newest checkpoint; nothing about a person. Signed by Standard Webhooks. Sent at least once, in no promised order.',
  contentType: 'application/json',
  headers: webhookHeaders,
  payload: { $ref: '#/components/schemas/WebhookBody' },
  examples: [
    {
      name: 'referral.sent.v1',
      headers: {
        'content-type': 'application/json',
        'webhook-id': '01934b6e-7c1a-7e2f-9d3b-00000000000b',
        'webhook-timestamp': String(Date.parse(event.time) / 1000),
        'webhook-signature': 'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
        traceparent: event.traceparent,
      },
      payload: { id: event.subject, type: event.type, checkpoint: event.checkpoint },
    },
  ],
};
