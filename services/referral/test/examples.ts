import { actionBodies, NewMessage, type ServedAction } from '@rohnamo/contracts';

const bodies = { ...actionBodies, messages: NewMessage };

/** The body that the contract gives as an example of an action, by the last word of its path; undefined of what is no action. */
export function exampleFor(action: string): object | undefined {
  if (action === 'slip') return { language: 'tg' };
  if (!(action in bodies)) return undefined;
  const examples = bodies[action as ServedAction | 'messages'].meta()?.['examples']; // it is one of the keys
  const [example = {}] = (examples ?? []) as object[]; // given beside the schema, and of its form
  return example;
}
