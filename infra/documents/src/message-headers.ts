const text = (description: string) => ({ type: 'string', description });

/** The headers of every event: CloudEvents 1.0, Kafka protocol binding §3.2 (binary mode). */
export const cloudEventHeaders = {
  type: 'object',
  description: 'Attributes of CloudEvents 1.0 in binary mode. There may be more: ignore what you do not know.',
  required: [
    'content-type',
    'ce_specversion',
    'ce_id',
    'ce_source',
    'ce_type',
    'ce_subject',
    'ce_time',
    'ce_datacontenttype',
    'ce_sequence',
  ],
  properties: {
    'content-type': { const: 'application/json' },
    ce_specversion: { const: '1.0' },
    ce_id: {
      ...text('The event: the id of its journal entry. An event may come again, under the same id'),
      format: 'uuid',
    },
    ce_source: text('The journal that it comes from'),
    ce_type: text('What happened, with the version of what the event carries'),
    ce_subject: { ...text('What it happened to: also the key of the message'), format: 'uuid' },
    ce_time: { ...text('When it happened'), format: 'date-time' },
    ce_datacontenttype: { const: 'application/json' },
    ce_sequence: {
      ...text('The version of the subject after the event, in decimal'),
      pattern: '^[1-9][0-9]*$',
    },
    ce_traceparent: text('W3C trace context of the request that it goes back to'),
    ce_checkpoint: text(
      'The newest signed checkpoint of that journal (C2SP tlog-checkpoint), in base64, since it holds line ends',
    ),
  },
};

/** The headers of a webhook: Standard Webhooks 1.0. */
export const webhookHeaders = {
  type: 'object',
  required: ['content-type', 'webhook-id', 'webhook-timestamp', 'webhook-signature'],
  properties: {
    'content-type': { const: 'application/json' },
    'webhook-id': {
      ...text('The delivery: the same at every try of it, so that you can tell repeats'),
      format: 'uuid',
    },
    'webhook-timestamp': { ...text('When it was signed, in seconds since 1970'), pattern: '^[0-9]+$' },
    'webhook-signature': {
      ...text(
        '`v1,` and base64 of the HMAC-SHA-256 of `id.timestamp.body` under your secret; two of them with a space between, while a secret is being rotated',
      ),
      pattern: '^v1,[A-Za-z0-9+/]+=*( v1,[A-Za-z0-9+/]+=*)*$',
    },
    traceparent: text('W3C trace context of the request that it goes back to'),
  },
};
