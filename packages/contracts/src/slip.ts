import { z } from 'zod';
import { CalendarDate } from './identifiers.ts';

/** The languages in which a slip is printed. */
export const SlipLanguage = z.enum(['tg', 'ru', 'en']);
export type SlipLanguage = z.infer<typeof SlipLanguage>;

export const NewSlip = z.strictObject({ language: SlipLanguage }).meta({ examples: [{ language: 'tg' }] });
export type NewSlip = z.infer<typeof NewSlip>;

/**
 * The code on a slip: 140 random bits in Crockford's base 32. Read as people write it: in any case, with or without hyphens and
 * blanks, O for 0, I and L for 1.
 */
export const SlipToken = z
  .string()
  .max(64)
  .transform((written) => written.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1'))
  .pipe(z.string().regex(/^[0-9A-HJKMNP-TV-Z]{28}$/, 'must be the 28 letters and digits on the slip'))
  .meta({ examples: ['4K7M-2QX9-3B8D-W0FT-6HJN-P1RS-5VYZ'] });

export const BirthYear = z
  .int()
  .min(1900)
  .max(2099)
  .meta({ examples: [1994] });

/** Who asks without a client: by what stands on the slip, and by what only the person knows. */
export const SlipHolder = z
  .strictObject({ token: SlipToken, birthYear: BirthYear })
  .meta({ examples: [{ token: '4K7M-2QX9-3B8D-W0FT-6HJN-P1RS-5VYZ', birthYear: 1994 }] });
export type SlipHolder = z.infer<typeof SlipHolder>;

/** How it stands, in one of four phrases. `ask`: at the office that gave the slip. */
export const StatusCode = z.enum(['waiting', 'come', 'finished', 'ask']);
export type StatusCode = z.infer<typeof StatusCode>;

/** The same words in each language of a slip. */
export const Phrase = z.object({ tg: z.string(), ru: z.string(), en: z.string() });
export type Phrase = z.infer<typeof Phrase>;

export const ReferralStatus = z.object({
  code: StatusCode,
  on: CalendarDate.nullable().describe('The day of the appointment, in local time; null where there is none'),
  phrase: Phrase.describe('What to say to the person'),
});
export type ReferralStatus = z.infer<typeof ReferralStatus>;
