import { BatchedReferral, needsNeverInBulk, type NeedCategory, type NewReferral } from '@rohnamo/contracts';
import { complaintAboutJson, errorsOf, type Refused, refused, repeatsName, takeTexts } from '@rohnamo/service-kit';
import type { Line } from './lines.ts';

/** What a line asks for, or why it cannot be asked; `name` is by what it is answered. */
export type ReadLine = { name: string | number } & ({ asked: NewReferral } | { refusal: Refused });

export interface LineReading {
  bytesMax: number;
  /** The planning session of the lines that name none. */
  planningSession: string | undefined;
}

/** Reads one line as the body of a request would be read: whatever is wrong with it, it fails alone. */
export function readLine({ number, bytes }: Line, { bytesMax, planningSession }: LineReading): ReadLine {
  if (bytes === null) {
    const detail = `A line may have ${bytesMax} bytes.`;
    return { name: number, refusal: refused('payload-too-large', { detail }) };
  }
  const complaint = complaintAboutJson(bytes, 'line');
  if (complaint !== null) return { name: number, refusal: refused('malformed-request', { detail: complaint }) };
  const value = parsed(bytes);
  if (value === undefined)
    return { name: number, refusal: refused('malformed-request', { detail: 'The line is not JSON.' }) };
  if (repeatsName(bytes.toString('utf8')))
    return { name: number, refusal: refused('malformed-request', { detail: 'The line names a field twice.' }) };

  const errors = takeTexts(value, 'body');
  if (errors.length > 0) return { name: number, refusal: refused('invalid-field', { errors: errors.slice(0, 10) }) };
  const name = nameOf(value) ?? number;
  const result = BatchedReferral.safeParse(value);
  if (!result.success)
    return {
      name,
      refusal: refused('invalid-field', { errors: errorsOf(result.error.issues, 'body', value).slice(0, 10) }),
    };
  const { line: _name, ...asked } = result.data;
  if ((needsNeverInBulk as readonly NeedCategory[]).includes(asked.needCategory))
    return { name, refusal: refused('never-in-bulk') };
  return { name, asked: inSession(asked, planningSession) };
}

const inSession = (asked: NewReferral, reference: string | undefined): NewReferral =>
  reference === undefined || asked.planningSession !== undefined ? asked : { ...asked, planningSession: { reference } };

/** The name that a line has given itself, also where all else in it is wrong. */
function nameOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('line' in value)) return undefined;
  return BatchedReferral.shape.line.safeParse(value.line).data;
}

/** undefined where it is not JSON. A byte order mark is no part of it. */
function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
