import { ReferralAction, ReferralState } from '@rohnamo/contracts';
import { fhirStatus, rowsOf, type Party, type Transition } from '@rohnamo/referral/states';

const parties: Readonly<Record<Party, string>> = {
  referrer: 'R',
  facility: 'F',
  'referrer-supervisor': 'SR',
  'facility-supervisor': 'SF',
  successor: 'T',
  system: 'X',
};
const whoOf = ({ by }: Transition): string => by.map((party) => parties[party]).join(', ');
const every = ReferralAction.options.flatMap((action) => rowsOf(action).map((row) => ({ action, row })));
/** Those that are legal from nearly everywhere would hide the others in the diagram: they stand in the matrix alone. */
const isEverywhere = ({ from }: Transition): boolean => from.length > 8;

/** `docs/referral-life.md`: the transition table as a diagram and as a matrix. */
export const referralLifePage = (): string => `# The life of a referral

This page is written by \`npm run documents\` from [states.ts](../services/referral/src/lifecycle/states.ts): change the table, not the page.

R: who refers. F: the facility (a desk's queue). A supervisor acts for their own side: SR, of the referring organisation, may also do whatever R may; SF is of the facility’s. T: the organisation that is asked to take the case over. X: the system, by the clock or on hearing what has become of a consent.
An action that the state forbids is answered 409 with \`allowedActions\`.

\`\`\`mermaid
stateDiagram-v2
  [*] --> draft
${arrows().join('\n')}
\`\`\`

Not drawn, since they lead from nearly everywhere: ${every
  .filter(({ row }) => isEverywhere(row))
  .map(undrawn)
  .join(', ')}.
\`redirect\`, \`reroute\` and \`reopen\` end a task and open the next one on the same referral: where \`redirect\` leads to \`redirected\`, the next task begins as \`sent\`.

## What each action does

| action | who | from | to | event |
|---|---|---|---|---|
${every.map(({ action, row }) => `| \`${action}\` | ${whoOf(row)} | ${row.from.join(', ')} | ${row.to === 'same' ? '(stays)' : row.to}${row.toIfGoneBefore === undefined ? '' : `; ${row.toIfGoneBefore} where the consent had gone before an acceptance that is unconfirmed`}${row.opensTask ? ', and a new task' : ''}${row.withinDays === undefined ? '' : `, within ${row.withinDays} days`} | \`${row.event}\` |`).join('\n')}

## What is legal where

| action | ${ReferralState.options.join(' | ')} |
|---|${ReferralState.options.map(() => '---').join('|')}|
${ReferralAction.options.map((action) => `| \`${action}\` | ${ReferralState.options.map((state) => cellOf(action, state)).join(' | ')} |`).join('\n')}

## In FHIR

Task.status and ServiceRequest.status of FHIR R4; the finer state goes into Task.businessStatus.

| state | Task.status | ServiceRequest.status |
|---|---|---|
${ReferralState.options.map((state) => `| ${state} | ${fhirStatus[state].task} | ${fhirStatus[state].serviceRequest} |`).join('\n')}
`;

/** Of an action that is drawn from other states, what is not. */
const undrawn = ({ action, row }: (typeof every)[number]): string =>
  `\`${action}\`${rowsOf(action).length > 1 && row.to === 'same' ? ' where the state stays' : ''}`;

function arrows(): string[] {
  const drawn = every.filter(({ row }) => !isEverywhere(row));
  const byEnds = Map.groupBy(
    drawn.flatMap(({ action, row }) =>
      row.from.map((from) => ({ action, from, to: row.to === 'same' ? from : row.to })),
    ),
    ({ from, to }) => `  ${from} --> ${to}`,
  );
  return [...byEnds].map(([ends, actions]) => `${ends}: ${unique(actions.map(({ action }) => action)).join(' / ')}`);
}

const cellOf = (action: ReferralAction, state: ReferralState): string => {
  const row = rowsOf(action).find(({ from }) => from.includes(state));
  return row ? whoOf(row) : '';
};

const unique = (words: readonly string[]): string[] => [...new Set(words)];
