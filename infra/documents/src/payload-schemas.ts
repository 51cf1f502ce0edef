import { eventData, type EventType, topicOf, WebhookBody } from '@rohnamo/contracts';
import { z } from 'zod';

const types = Object.keys(eventData) as EventType[]; // the keys of a constant

/** `IntakeBatch` of `intake-batch`. */
const pascalCase = (words: string): string =>
  words.replace(/(?:^|[.-])([a-z])/g, (_match, letter: string) => letter.toUpperCase());

/** The component that describes an event's data: one a topic, where all its events carry the same. */
export function payloadNameOf(type: EventType): string {
  const topic = topicOf(type);
  const isAlone = types.every((other) => topicOf(other) !== topic || eventData[other] === eventData[type]);
  return isAlone ? `${pascalCase(topic)}Data` : `${pascalCase(type)}Data`;
}

/** What events and webhooks carry, by component name. Open for growth: consumers ignore members that they do not know. */
export const payloadSchemas = (): Record<string, object> => ({
  ...Object.fromEntries(types.map((type) => [payloadNameOf(type), jsonSchemaOf(eventData[type])])),
  WebhookBody: jsonSchemaOf(WebhookBody),
});

/** JSON Schema draft 7, which AsyncAPI's schema object extends. */
function jsonSchemaOf(schema: z.ZodType): object {
  const { $schema: _known, ...jsonSchema } = z.toJSONSchema(schema, {
    target: 'draft-7',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema._zod.def.type === 'object') delete jsonSchema.additionalProperties;
    },
  });
  return jsonSchema;
}
