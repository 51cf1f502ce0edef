import {
  type BirthYearAnswer,
  DisclosedBeneficiary,
  type Facility,
  HandOverNotice,
  type Offering,
  type Organisation,
  type ReferralGrounds,
  type WithdrawalKept,
} from '@rohnamo/contracts';
import { refused, type ServiceClient } from '@rohnamo/service-kit';

type Grounds = {
  person: NonNullable<ReferralGrounds['person']>;
  consent: NonNullable<ReferralGrounds['consent']>;
  /** Who the person is has changed since they consented, and nobody has confirmed it. */
  isIdentityUnconfirmed?: boolean;
};

/**
 * The registry and the directory as far as this service asks them, answering as their contracts say. The walk of the whole
 * platform (infra/launch) runs against the real ones.
 */
export function neighbours() {
  const grounds = new Map<string, Grounds>();
  /** Those that a person had given before the one that `grounds` has. */
  const earlierConsents = new Map<string, Grounds['consent']>();
  const offerings = new Map<string, Offering>();
  const facilities = new Map<string, Facility>();
  const organisations = new Map<string, Organisation>();
  /** What the registry was asked to disclose, and has. */
  const disclosures: object[] = [];
  /** Of what the registry was told that an operator hands it over. */
  const handOvers: HandOverNotice[] = [];
  /** What the registry was told that people have withdrawn by their slips. */
  const withdrawals: object[] = [];
  let down = false;

  const client = (answerTo: (path: string, body: unknown) => unknown): ServiceClient => ({
    call: async ({ path, body, answer }) => {
      if (down) throw refused('dependency-unavailable');
      return answer.parse(answerTo(path, body));
    },
    close: () => Promise.resolve(),
  });

  const registry = client((path, body) => {
    const asked = body as { beneficiaryId: string; consentId: string };
    const known = grounds.get(asked.beneficiaryId);
    if (path === '/v1/referral-grounds')
      return {
        person: known?.person ?? null,
        consent: known?.consent.id === asked.consentId ? known.consent : (earlierConsents.get(asked.consentId) ?? null),
      } satisfies ReferralGrounds;
    if (path === '/v1/hand-overs') {
      handOvers.push(HandOverNotice.parse(body));
      return { noted: true };
    }
    if (path === '/v1/consent-withdrawals') {
      withdrawals.push(asked);
      if (known?.consent.id === asked.consentId) known.consent = { ...known.consent, state: 'withdrawn' };
      return { isWithdrawn: known !== undefined } satisfies WithdrawalKept;
    }
    if (path === '/v1/birth-years') return { birthYear: known ? 1994 : null } satisfies BirthYearAnswer;
    if (!known || known.consent.state !== 'active') throw refused('consent-missing');
    if (known.isIdentityUnconfirmed === true) throw refused('identity-unconfirmed');
    disclosures.push(asked);
    return DisclosedBeneficiary.parse({
      id: asked.beneficiaryId,
      givenName: 'Фирӯза',
      familyName: 'Назарова',
      fatherName: null,
      sex: 'female',
      birthDate: '1994-03-21',
      phone: null,
      language: 'tg',
      accessRequirements: [],
      districtId: null,
      village: null,
    });
  });
  const directory = client((path) => {
    const [, , kind, id = ''] = path.split('/');
    const kept = { offerings, facilities, organisations }[kind ?? ''] ?? new Map<string, never>();
    const found = kept.get(id);
    if (!found) throw refused('not-found');
    return found;
  });
  return {
    registry,
    directory,
    grounds,
    earlierConsents,
    disclosures,
    handOvers,
    withdrawals,
    offerings,
    facilities,
    organisations,
    goDown: (isDown: boolean) => void (down = isDown),
  };
}
