/** Of what the library announces, that which is about flows that are off. */
const aboutOtherFlows = [
  'authorization_endpoint',
  'authorization_response_iss_parameter_supported',
  'claims_parameter_supported',
  'claims_supported',
  'claim_types_supported',
  'code_challenge_methods_supported',
  'request_uri_parameter_supported',
  'response_modes_supported',
];

/**
 * What discovery announces: OpenID Connect Discovery 1.0, as far as it is true here. `response_types_supported` is empty, for
 * there is no authorization endpoint (RFC 8414 §2 lets a server without one leave it out).
 */
export function announcedOf(all: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const announced = Object.fromEntries(Object.entries(all).filter(([name]) => !aboutOtherFlows.includes(name)));
  const scopes = announced['scopes_supported'];
  return {
    ...announced,
    ...(Array.isArray(scopes) ? { scopes_supported: scopes.filter((scope) => scope !== 'openid') } : {}),
  };
}
