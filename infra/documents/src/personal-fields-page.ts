import { type Opening, personalFields } from '@rohnamo/contracts';

type Part = Opening | { readonly [name: string]: Part };

/** What opens a field, in words. */
const words: Partial<Record<Opening, string>> = {
  need: 'the category of the need',
  'referrer-alone': 'none: it is the referrer’s own',
  'health-of-need': '`health`, or the category of the need where it is one of health',
  instrument: 'the category of each instrument',
};
const answers = {
  DisclosedBeneficiary: 'The person, by `GET /v1/referrals/{id}/beneficiary`',
  Referral: 'A referral, in every view and list',
  Message: 'A message',
  WorklistItem: 'An item of a worklist',
} as const satisfies Record<keyof typeof personalFields, string>;

/** `docs/personal-fields.md`: which consent opens which field. */
export const personalFieldsPage = (): string => `# Which consent opens which field

This page is written by \`npm run documents\` from [personal-fields.ts](../packages/contracts/src/personal-fields.ts): change the table, not the page.

To a facility that has taken a person on, a field is open where the consent names its category. What it does not name is null, or not there: a telephone number is then \`{ "method": "through-referrer" }\`.
Everything else that an answer has says what becomes of a referral, by ids, codes and times.
${Object.entries(answers)
  .map(([name, title]) => tableOf(title, personalFields[name as keyof typeof personalFields]))
  .join('\n')}`;

const tableOf = (title: string, fields: { readonly [name: string]: Part }): string => `
## ${title}

| opened by | fields |
|---|---|
${[...Map.groupBy(pathsOf(fields), ({ opening }) => opening)]
  .filter(([opening]) => opening !== 'not-personal')
  .map(
    ([opening, all]) =>
      `| ${words[opening] ?? `\`${opening}\``} | ${all.map(({ path }) => `\`${path}\``).join(', ')} |`,
  )
  .join('\n')}
`;

/** Every field with what opens it: `details.minor.caregiver`. */
const pathsOf = (fields: { readonly [name: string]: Part }): { path: string; opening: Opening }[] =>
  Object.entries(fields).flatMap(([name, part]) =>
    typeof part === 'string'
      ? [{ path: name, opening: part }]
      : pathsOf(part).map(({ path, opening }) => ({ path: `${name}.${path}`, opening })),
  );
