import { z } from 'zod';
import { searchWords } from './search-key.ts';

/** A part of a name, in any script. It must hold a letter or a digit, or everything would match. */
export const NameSought = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .refine((name) => searchWords(name).length > 0, 'must hold a letter or a digit');
