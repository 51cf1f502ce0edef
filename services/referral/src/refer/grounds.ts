import type { Facility, Offering } from '@rohnamo/contracts';
import { Refused } from '@rohnamo/service-kit';
import type { Context } from '../context.ts';
import type { ConsentRow, PersonRow } from '../schema.ts';
import type { GroundsIds } from '../store.ts';
import { askDirectory, askRegistry, isOfTheDay } from './ask-sources.ts';
import type { OpenReferral } from './duplicate.ts';
import { checkGrounds, type GroundsCheck, type GroundsQuestion } from './check-grounds.ts';

/** What a referral stands on, as this service knows it; null: there is no such thing that it knows of. */
export interface Grounds {
  person: PersonRow | null;
  consent: (ConsentRow & { dataCategories: NonNullable<ConsentRow['dataCategories']> }) | null;
  offering: Offering | null;
  facility: Facility | null;
  /** The referral that the consent has served, where it serves one alone; null: none yet. */
  usedBy: string | null;
  /** Referrals of the person that are under way, of whomever, wherever. */
  open: readonly OpenReferral[];
}

export type GroundsWanted = GroundsQuestion & GroundsIds;

type Source = 'registry' | 'directory';

/**
 * Whether a referral may be sent, by this service's own copies. What they lack is asked at the source, and so is a "no" of
 * theirs: the person may have consented, or the offering opened, just now. A person who was asked for on another day is asked for again,
 * as somebody may have had a birthday; where the registry does not answer, that is no reason not to refer them.
 * @throws Refused dependency-unavailable when a source that must be asked does not answer.
 */
export async function checkedGrounds(context: Context, wanted: GroundsWanted): Promise<GroundsCheck> {
  const asked = new Set<Source>();
  for (;;) {
    const known = await knownGrounds(context, wanted);
    const check = checkGrounds(known, wanted);
    if ('sound' in check) {
      if (asked.has('registry') || isOfTheDay(check.sound.person, context, wanted.now)) return check;
      asked.add('registry');
      if (!(await isAnswered(askRegistry(context, wanted)))) return check;
      continue;
    }
    const ask = [...new Set([...lacking(known), sourceOf(check.refuse)])].filter((source) => !asked.has(source));
    if (ask.length === 0) return check;
    for (const source of ask) asked.add(source);
    await Promise.all(
      ask.map((source) =>
        source === 'registry' ? askRegistry(context, wanted) : askDirectory(context, wanted.offeringId),
      ),
    );
  }
}

/** Whether a source that was asked has answered. */
async function isAnswered(asking: Promise<void>): Promise<boolean> {
  try {
    await asking;
    return true;
  } catch (error) {
    if (error instanceof Refused && error.code === 'dependency-unavailable') return false;
    throw error;
  }
}

const sourceOf = (refusal: string): Source =>
  refusal === 'offering-unavailable' || refusal === 'desk-missing' ? 'directory' : 'registry';

const lacking = ({ person, consent, offering, facility }: Grounds): Source[] => [
  ...(person === null || consent === null ? (['registry'] as const) : []),
  ...(offering === null || facility === null ? (['directory'] as const) : []),
];

const nothingKnown = { person: null, consent: null, offering: null, facility: null, usedBy: null, open: [] };

async function knownGrounds({ store }: Context, wanted: GroundsWanted): Promise<Grounds> {
  const { person, consent, offering, facility, usedBy, open } = (await store.grounds(wanted)) ?? nothingKnown;
  return {
    person: person?.stale ? null : person,
    consent: consent && consent.dataCategories !== null ? { ...consent, dataCategories: consent.dataCategories } : null,
    offering,
    facility,
    usedBy,
    open,
  };
}
