import { actionBodies, type ServedAction } from '@rohnamo/contracts';

/** The body that the contract gives as an example of an action; undefined of what is no action. */
export function exampleFor(action: string): object | undefined {
  if (!(action in actionBodies)) return undefined;
  const examples = actionBodies[action as ServedAction].meta()?.['examples']; // it is one of the keys
  const [example = {}] = (examples ?? []) as object[]; // given beside the schema, and of its form
  return example;
}
