import * as schema from './schema.ts';

const { consent, consentUse, facility, feedback, message, offering, person, receipt, referral, slip, task } = schema;

/** What has entries in this service's journal, or is kept beside them, and where. */
export const subjects = {
  consent,
  person,
  facility,
  offering,
  referral,
  task,
  receipt,
  message,
  slip,
  feedback,
  'consent-use': consentUse,
};
