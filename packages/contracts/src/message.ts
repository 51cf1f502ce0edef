import { z } from 'zod';
import { Id, text, Timestamp } from './identifiers.ts';

/** What one party of a referral has to say to the other. */
export const NewMessage = z
  .strictObject({ text: text(2000) })
  .meta({ examples: [{ text: 'Is there a step at the door? The person uses a wheelchair.' }] });
export type NewMessage = z.infer<typeof NewMessage>;

/** Something that was said, in the task in which it was said. Never changed and never taken back. */
export const Message = z.object({
  id: Id,
  referralId: Id,
  taskId: Id,
  by: z.enum(['referrer', 'facility']),
  organisationId: Id,
  actingPerson: z.string().nullable().describe('Who of that organisation: an opaque id'),
  text: z.string(),
  sentAt: Timestamp,
});
export type Message = z.infer<typeof Message>;
