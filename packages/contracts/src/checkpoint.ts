import { z } from 'zod';

/** A signed checkpoint of a journal: a C2SP tlog-checkpoint note (origin, size, root hash, signature). Keep it: it is evidence. */
export const Checkpoint = z
  .string()
  .max(2000)
  .meta({
    examples: ['rohnamo/referral\n1042\nNq0Wm0m3pGm8mN1m6m2x1nQ1W8oP0s2b8m3cYQbq5sE=\n\n— rohnamo/referral 6qS1cA…\n'],
  });
export type Checkpoint = z.infer<typeof Checkpoint>;
