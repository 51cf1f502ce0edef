/**
 * What parseArgs does not take, as one line for the person at the terminal: the option, what is wrong, and what to write instead.
 * Says no value that was typed.
 */
export function optionsFault(error: unknown): string {
  const message = error instanceof Error ? (error.message.split(/\.(\s|$)/)[0] ?? '') : '';
  if (message.startsWith('Unexpected argument'))
    return 'loose words are not understood: each value stands behind its option; --help lists them';
  const option = /'(?:-\w, )?(--?[\w-]+)/.exec(message)?.[1];
  if (option === undefined) return 'the options cannot be read: --help lists them';
  if (message.startsWith('Unknown option')) return `there is no option ${option}: --help lists them`;
  if (/argument missing|ambiguous/.test(message))
    return `${option} needs a value: write it after the option, or ${option}=-… where it begins with a dash`;
  return `${option} takes no value: leave it out`;
}

/** A whole number between two bounds, as an option spells it; undefined where it is none: no exponent, no hexadecimal, no blanks. */
export function wholeNumberIn(text: string, { min, max }: { min: number; max: number }): number | undefined {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : undefined;
}
