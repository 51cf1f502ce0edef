import type { ProblemType } from './problem-type.ts';
import { requestProblems } from './request-problems.ts';

/** What is refused because of what is asked for: people, consents, facilities, referrals. */
const domainProblems = {
  'duplicate-referral': {
    status: 409,
    title: 'This person already has an open referral to that service there',
    meaning:
      'One referral of a person to a service of a facility may be open at a time for whoever can see it, and one is that you can see. `openReferral` says which, unless both were sent at the same moment.',
    remedy: 'Follow up the open referral, or close it first.',
  },
  'slip-confidential': {
    status: 409,
    title: 'No slip is printed of this referral',
    meaning:
      'Whoever finds the paper would learn what the person keeps to themselves: the need is sensitive, or the place is confidential.',
    remedy: 'Tell the person by word of mouth where to go, in a place where nobody else hears it.',
  },
  'too-many-subscriptions': {
    status: 409,
    title: 'Your organisation has as many active subscriptions as it may have',
    meaning: 'An organisation may have a limited number of active subscriptions.',
    remedy: 'Stop one that is no longer needed; one subscription can take every event type and facility.',
  },
  'already-subscribed': {
    status: 409,
    title: 'You have subscribed that address already, otherwise',
    meaning:
      'A client has one active subscription to an address, however it is spelled, and the one that you have names other facilities or event types. `subscriptionId` says which it is.',
    remedy: 'Keep it, or stop it and subscribe anew.',
  },
  'unknown-organisation': {
    status: 422,
    title: 'There is no such organisation',
    meaning: 'The facility names an organisation that the directory does not have.',
    remedy: 'Use the id of an organisation in the directory.',
  },
  'guardian-required': {
    status: 422,
    title: 'A child cannot give this consent in that way',
    meaning:
      'By the age of the person and the law that is configured, somebody else has to consent, alone or beside the child. `errors` names what is missing.',
    remedy: 'Name who consented: see givenBy, giverName and bestInterestReason for the age.',
  },
  'consent-missing': {
    status: 422,
    title: 'There is no consent that this can stand on',
    meaning:
      'No consent of that id is known, or it is another person’s, was recorded where you do not work, is for another purpose, withdrawn, or past its end.',
    remedy: 'Ask the person, record the consent, and name it. It must be theirs, for referral, and still stand.',
  },
  'consent-insufficient': {
    status: 422,
    title: 'The consent does not cover this',
    meaning:
      'The consent stands, but names another receiving organisation, or not every kind of data that this need and the screening results share; or it was asked for one referral, and has served another.',
    remedy:
      'Record a consent that names the receiving organisation and the data category of this need, and of screening results `mhpss` or `health`. Of sexual violence and trafficking, record one for each referral.',
  },
  'identity-unconfirmed': {
    status: 422,
    title: 'The person is not confirmed to be who consented',
    meaning:
      'Name, sex or birth date have changed since the consent was recorded, and nobody has confirmed that it is the same person.',
    remedy:
      'Whoever registered the person confirms that it is the same, with `POST /v1/beneficiaries/{id}/confirm-identity`; else record a consent of the person as they are now.',
  },
  'unknown-source-system': {
    status: 422,
    title: 'Nothing was ever pushed from this source system',
    meaning:
      'Your organisation has pushed nothing from a source system of that name. A new spelling of a known one would register everybody once more. `similar` are those of your organisation that look or are spelt alike.',
    remedy:
      'Use the name that you have used before; if it is a new system, register it by `POST /v1/source-systems`, or push with `confirmNewSource=true`, once.',
    members: { similar: ['migration-office-khatlon'] },
  },
  'rows-not-kept': {
    status: 410,
    title: 'It is no longer kept what these rows did',
    meaning:
      'What the rows of a batch did is personal data, and kept for some days only; an earlier version did not keep it at all. `detail` says which it is.',
    remedy:
      'Preview the file once more with `dryRun=true`, or read the persons themselves. The counters of the batch and `/errors` stay.',
  },
  'offering-unavailable': {
    status: 422,
    title: 'That service cannot be had there now',
    meaning: 'The offering or its facility is unknown, closed or suspended, or its capacity is full or closed.',
    remedy: 'Choose an offering that is open at a facility that is open.',
  },
  'desk-missing': {
    status: 422,
    title: 'Nobody is named there to whom this may be told',
    meaning:
      'The need is sensitive, and the offering names no desk: whoever works at the facility would see it. Or the offering names a desk that its facility has no more: nobody would see it.',
    remedy: 'Ask the facility to name a desk in its offering, or choose another offering.',
  },
  'never-in-bulk': {
    status: 422,
    title: 'This need is never referred in bulk',
    meaning:
      'A line of a batch names sexual violence or trafficking. Consent to that is asked for one referral and one recipient, with the person before you.',
    remedy: 'Refer it alone, with `POST /v1/referrals`. The other lines of the batch were answered for themselves.',
  },
  'unknown-beneficiary': {
    status: 422,
    title: 'There is no such person that you may refer',
    meaning: 'No person has that id, or another organisation has registered them.',
    remedy: 'Use the id of a person whom your organisation has registered.',
  },
  'details-closed': {
    status: 403,
    title: 'The details of this person are not open to you now',
    meaning:
      'The referral is yours to see, but not accepted, or ended too long ago, or the person has withdrawn the consent; or their record has changed since they consented, and nobody has confirmed yet that it is the same person.',
    remedy: 'They open with acceptance, and close 30 days after closing or when sharing ends. See allowedActions.',
  },
} as const satisfies Record<string, ProblemType>;

/** Every problem that a caller can meet. The code is stable; status and words are for reading. */
export const problems = { ...requestProblems, ...domainProblems } satisfies Record<string, ProblemType>;
export type ProblemCode = keyof typeof problems;
export type { ProblemType } from './problem-type.ts';
