import type { ProblemType } from './problem-type.ts';

/** What any request can meet, whatever it is about. */
export const requestProblems = {
  'malformed-request': {
    status: 400,
    title: 'The request cannot be read',
    meaning: 'The HTTP, the JSON or the encoding is broken, so nothing of the request was looked at.',
    remedy: 'Send well-formed HTTP and JSON in UTF-8, without NUL characters.',
  },
  'token-missing': {
    status: 401,
    title: 'No access token was sent',
    meaning: 'The operation needs an access token, and there was no `Authorization: Bearer` header.',
    remedy: 'Get a token from the identity service and send it as Authorization: Bearer.',
  },
  'token-invalid': {
    status: 401,
    title: 'The access token is not valid',
    meaning:
      'The token has run out, was signed by another issuer or for another audience, has been tampered with, or its client was revoked.',
    remedy: 'Get a new token: tokens live five minutes, and a revoked client has none.',
  },
  forbidden: {
    status: 403,
    title: 'Your role or scope does not include this',
    meaning:
      'The token is sound, but its client has another role than the operation is for, or no such scope. `detail` says which.',
    remedy: 'Use a client of a role that may do this; the OpenAPI document names them for each operation.',
    members: {
      detail:
        'The token does not have the scope referrals:answer. Get a token without naming scopes, which has all of your client, or ask the operator for a client that has this one.',
    },
  },
  'not-found': {
    status: 404,
    title: 'There is nothing here that you may see',
    meaning: 'Nothing has that identifier or path, or your organisation may not know that it exists.',
    remedy: 'Check the identifier. What your organisation may not see answers the same.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'This path does not take that method',
    meaning: 'The path is known, with other methods.',
    remedy: 'See the Allow header.',
  },
  'method-not-known': {
    status: 501,
    title: 'That is no HTTP method that is known here',
    meaning: 'The request line names a method that HTTP does not have, or one that no path takes.',
    remedy: 'Send GET, HEAD, POST, PUT, PATCH or DELETE, in capitals; OPTIONS tells which of them a path takes.',
  },
  'request-timeout': {
    status: 408,
    title: 'The request did not arrive in time',
    meaning: 'The connection was too slow, or ended before the request was whole.',
    remedy: 'Send the whole request at once; nothing was done with what arrived.',
  },
  'already-exists': {
    status: 409,
    title: 'It exists already',
    meaning:
      'What you want to make is known by the same natural key: a person by source system and external id, an offering by facility and service. Of a person, `id` names the one that exists. Or the `id` that you made is taken: by what, and by whom, is not said.',
    remedy:
      'Read the one that exists and change that. Where you made the `id`: read it, if you have sent this before; else make another.',
    members: { id: '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d60' },
  },
  'illegal-action': {
    status: 409,
    title: 'The state does not allow this action',
    meaning:
      'The thing is in a state from which this action does not lead. `allowedActions` are those that you may do now.',
    remedy: 'Do one of the allowedActions.',
    members: { state: 'completed', allowedActions: ['close'] },
  },
  contention: {
    status: 409,
    title: 'Others changed it at the same time, three times over',
    meaning:
      'Requests of others won the race three times, and the decision was made anew each time. Nothing was changed.',
    remedy: 'Read it again and repeat the action if it still makes sense.',
  },
  'version-mismatch': {
    status: 412,
    title: 'It has changed since you read it',
    meaning: '`If-Match` names another version than the newest one: somebody was quicker.',
    remedy: 'Read it again, apply your change to what it is now, and send the new ETag in If-Match.',
  },
  'payload-too-large': {
    status: 413,
    title: 'The request is too large',
    meaning: 'The body, or one line of a file, is longer than is taken here.',
    remedy: 'Send less at a time; bulk intake takes a stream.',
  },
  'uri-too-long': {
    status: 414,
    title: 'The address is too long',
    meaning: 'A part of the path is longer than any identifier.',
    remedy: 'Check the identifiers in the path, and send fewer or shorter query parameters.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'That content type is not taken here',
    meaning: '`Content-Type` is missing, not known here, or not in UTF-8.',
    remedy: 'Send one of the content types that the OpenAPI document names.',
  },
  'invalid-field': {
    status: 422,
    title: 'A field is not valid',
    meaning:
      'The request could be read, but a field of body, query, path or headers breaks its rules, or is not known. Unknown fields are refused, so that a misspelt one is noticed.',
    remedy: 'Mend the fields named in errors; each has a JSON pointer.',
    members: { errors: [{ pointer: '#/priority', detail: 'must be one of emergency, urgent, routine' }] },
  },
  'cursor-invalid': {
    status: 422,
    title: 'The cursor is not one of ours',
    meaning:
      '`cursor` was changed, cut off, or comes from a list that goes by other keys, or from a search for something else; or the service was restored from a backup since it was given, so that going on from it could pass something over. `detail` says which.',
    remedy:
      'Use the cursor exactly as the last answer gave it, with the same filters, or begin without one. Of the feed, pass over what you have by `eventId`.',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'This Idempotency-Key was used for another request',
    meaning: 'The key was used by your client before, with another method, path or content.',
    remedy: 'Use a new key for a new request; repeat a request with its own key and the same content.',
  },
  'acting-person-invalid': {
    status: 422,
    title: 'Acting-Person is not an opaque staff id',
    meaning:
      'The header has other characters, is too long, or looks like a telephone number or an e-mail address. It stands in the trail for ever.',
    remedy:
      'Send 1 to 64 of A-Z a-z 0-9 . _ ~ - that mean something only in your own system: no name, phone or e-mail.',
    members: { errors: [{ parameter: 'acting-person', in: 'header', detail: 'must be an opaque id' }] },
  },
  'precondition-required': {
    status: 428,
    title: 'If-Match is required',
    meaning: 'A change needs the version that it rests on, and the request did not name one.',
    remedy: 'Send the ETag you last read in If-Match.',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    meaning:
      'Your client, or your address where no token is needed or yours is not valid, sent more in a minute than the limit; or one slip was asked about too often.',
    remedy: 'Wait as long as Retry-After says.',
  },
  'headers-too-large': {
    status: 431,
    title: 'The headers are too large',
    meaning: 'The headers with the address are larger than 16 KiB.',
    remedy: 'Send fewer or shorter headers: 16 KiB is the most, the address included.',
  },
  internal: {
    status: 500,
    title: 'Something failed on our side',
    meaning: 'An error of ours. It is in our logs, under the instance.',
    remedy: 'Repeat with the same Idempotency-Key; if it lasts, tell us the instance.',
  },
  'dependency-unavailable': {
    status: 503,
    title: 'Another service that this needs did not answer',
    meaning:
      'The database, or a service that must be asked before deciding, did not answer in time. Nothing was decided without it.',
    remedy: 'Repeat shortly with the same Idempotency-Key. Nothing was changed.',
  },
  'issuer-unavailable': {
    status: 503,
    title: 'The token could not be checked',
    meaning: 'The keys of the token’s issuer are not known here yet, and cannot be fetched.',
    remedy: 'Repeat shortly: the issuer of your token does not answer us.',
  },
  overloaded: {
    status: 503,
    title: 'Too much is waiting',
    meaning: 'More requests wait than can be answered in time, so this one was turned away before it did anything.',
    remedy: 'Repeat as late as Retry-After says, with the same Idempotency-Key.',
  },
  'outcome-unknown': {
    status: 503,
    title: 'We cannot tell whether it was done',
    meaning:
      'The connection to the database broke, or time ran out, while the change was being written. It may have been done, or not.',
    remedy: 'Repeat with the same Idempotency-Key: it will be done once.',
  },
} as const satisfies Record<string, ProblemType>;
