/** One row a problem type: `/problems/<code>` is its `type` (RFC 9457), the row what it means everywhere. */
interface ProblemType {
  status: number;
  title: string;
  remedy: string;
}

/** Every problem that a caller can meet. The code is stable; status, title and remedy are for reading. */
export const problems = {
  'malformed-request': {
    status: 400,
    title: 'The request cannot be read',
    remedy: 'Send well-formed HTTP and JSON in UTF-8, without NUL characters.',
  },
  'token-missing': {
    status: 401,
    title: 'No access token was sent',
    remedy: 'Get a token from the identity service and send it as Authorization: Bearer.',
  },
  'token-invalid': {
    status: 401,
    title: 'The access token is not valid',
    remedy: 'Get a new token: tokens live five minutes, and a revoked client has none.',
  },
  forbidden: {
    status: 403,
    title: 'Your role or scope does not include this',
    remedy: 'Use a client of a role that may do this; the OpenAPI document names them for each operation.',
  },
  'not-found': {
    status: 404,
    title: 'There is nothing here that you may see',
    remedy: 'Check the identifier. What your organisation may not see answers the same.',
  },
  'method-not-allowed': { status: 405, title: 'This path does not take that method', remedy: 'See the Allow header.' },
  'request-timeout': {
    status: 408,
    title: 'The request did not arrive in time',
    remedy: 'Send the whole request at once; nothing was done with what arrived.',
  },
  'already-exists': { status: 409, title: 'It exists already', remedy: 'Read the one that exists and change that.' },
  'illegal-action': {
    status: 409,
    title: 'The state does not allow this action',
    remedy: 'Do one of the allowedActions.',
  },
  'duplicate-referral': {
    status: 409,
    title: 'This person already has an open referral to that service there',
    remedy: 'Follow up the open referral, or close it first.',
  },
  'too-many-subscriptions': {
    status: 409,
    title: 'Your organisation has as many active subscriptions as it may have',
    remedy: 'Stop one that is no longer needed; one subscription can take every event type and facility.',
  },
  contention: {
    status: 409,
    title: 'Others changed it at the same time, three times over',
    remedy: 'Read it again and repeat the action if it still makes sense.',
  },
  'version-mismatch': {
    status: 412,
    title: 'It has changed since you read it',
    remedy: 'Read it again, apply your change to what it is now, and send the new ETag in If-Match.',
  },
  'payload-too-large': {
    status: 413,
    title: 'The request is too large',
    remedy: 'Send less at a time; bulk intake takes a stream.',
  },
  'uri-too-long': {
    status: 414,
    title: 'The address is too long',
    remedy: 'Check the identifiers in the path, and send fewer or shorter query parameters.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'That content type is not taken here',
    remedy: 'Send one of the content types that the OpenAPI document names.',
  },
  'invalid-field': {
    status: 422,
    title: 'A field is not valid',
    remedy: 'Mend the fields named in errors; each has a JSON pointer.',
  },
  'cursor-invalid': {
    status: 422,
    title: 'The cursor is not one of ours',
    remedy: 'Use the cursor exactly as the last answer gave it, with the same filters, or begin without one.',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'This Idempotency-Key was used for another request',
    remedy: 'Use a new key for a new request; repeat a request with its own key and the same content.',
  },
  'acting-person-invalid': {
    status: 422,
    title: 'Acting-Person is not an opaque staff id',
    remedy:
      'Send 1 to 64 of A-Z a-z 0-9 . _ ~ - that mean something only in your own system: no name, phone or e-mail.',
  },
  'unknown-organisation': {
    status: 422,
    title: 'There is no such organisation',
    remedy: 'Use the id of an organisation in the directory.',
  },
  'guardian-required': {
    status: 422,
    title: 'A child cannot give this consent in that way',
    remedy: 'Name who consented: see givenBy, giverName and bestInterestReason for the age.',
  },
  'consent-missing': {
    status: 422,
    title: 'There is no consent that this can stand on',
    remedy: 'Ask the person, record the consent, and name it. It must be theirs, for referral, and still stand.',
  },
  'consent-insufficient': {
    status: 422,
    title: 'The consent does not cover this',
    remedy: 'Record a consent that names the receiving organisation and the data category of this need.',
  },
  'offering-unavailable': {
    status: 422,
    title: 'That service cannot be had there now',
    remedy: 'Choose an offering that is open at a facility that is open.',
  },
  'unknown-beneficiary': {
    status: 422,
    title: 'There is no such person that you may refer',
    remedy: 'Use the id of a person whom your organisation has registered.',
  },
  'details-closed': {
    status: 403,
    title: 'The details of this person are not open to you now',
    remedy: 'They open with acceptance, and close 30 days after closing or when sharing ends. See allowedActions.',
  },
  'precondition-required': {
    status: 428,
    title: 'If-Match is required',
    remedy: 'Send the ETag you last read in If-Match.',
  },
  'too-many-requests': { status: 429, title: 'Too many requests', remedy: 'Wait as long as Retry-After says.' },
  'headers-too-large': {
    status: 431,
    title: 'The headers are too large',
    remedy: 'Send fewer or shorter headers: 16 KiB is the most, the address included.',
  },
  internal: {
    status: 500,
    title: 'Something failed on our side',
    remedy: 'Repeat with the same Idempotency-Key; if it lasts, tell us the instance.',
  },
  'dependency-unavailable': {
    status: 503,
    title: 'Another service that this needs did not answer',
    remedy: 'Repeat shortly with the same Idempotency-Key. Nothing was changed.',
  },
  'issuer-unavailable': {
    status: 503,
    title: 'The token could not be checked',
    remedy: 'Repeat shortly: the issuer of your token does not answer us.',
  },
  overloaded: {
    status: 503,
    title: 'Too much is waiting',
    remedy: 'Repeat as late as Retry-After says, with the same Idempotency-Key.',
  },
  'outcome-unknown': {
    status: 503,
    title: 'We cannot tell whether it was done',
    remedy: 'Repeat with the same Idempotency-Key: it will be done once.',
  },
} as const satisfies Record<string, ProblemType>;
export type ProblemCode = keyof typeof problems;
