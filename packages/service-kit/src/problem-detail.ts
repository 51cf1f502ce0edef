import { type ProblemCode, problems } from '@rohnamo/contracts';
import type { ProblemError, Refused } from './problem.ts';

const errorsSaidMax = 3;

/**
 * The `detail` of a problem: the cause of this refusal, then what to do about it. It is never the title again. Where the refusal
 * gives neither, they are those of its kind. It holds no value that was sent.
 */
export const detailOf = (refusal: Refused): string => `${causeOf(refusal)} ${remedyOf(refusal)}`;

function causeOf({ code, detail, errors = [], extensions }: Refused): string {
  if (detail !== undefined) return asSentence(detail);
  if (errors.length > 0) return summaryOf(errors);
  const { state } = extensions;
  if (code === 'illegal-action' && typeof state === 'string')
    return `The state is ${state}, and the action does not start from it.`;
  return causeOfKind(code);
}

function remedyOf({ code, remedy, extensions: { allowedActions } }: Refused): string {
  if (remedy !== undefined) return asSentence(remedy);
  if (code !== 'illegal-action' || !Array.isArray(allowedActions)) return plain(problems[code].remedy);
  return allowedActions.length > 0
    ? `Actions that you may do now: ${allowedActions.join(', ')}.`
    : 'There is no action that you may do now.';
}

/** When a problem comes, in general, as plain text: for `errors` of one field, too. */
export const causeOfKind = (code: ProblemCode): string => plain(problems[code].meaning);

function summaryOf(errors: readonly ProblemError[]): string {
  const said = errors.slice(0, errorsSaidMax).map((error) => asSentence(`${placeOf(error)}: ${error.detail}`));
  const more = errors.length - said.length;
  return [...said, ...(more > 0 ? [`${more} more in errors.`] : [])].join(' ');
}

function placeOf({ pointer, parameter, in: part }: ProblemError): string {
  if (pointer !== undefined) return pointer === '#' ? 'The body' : pointer;
  const kind = part === 'header' ? 'The header' : part === 'query' ? 'The query parameter' : 'The path parameter';
  return parameter === undefined ? kind : `${kind} ${parameter}`;
}

const asSentence = (words: string): string => (/[.!?]$/.test(words) ? words : `${words}.`);

/** Words of the table are Markdown. */
const plain = (markdown: string): string => markdown.replaceAll('`', '');
