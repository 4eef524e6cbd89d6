// A relying party with npm `oauth4webapi`, told by one line of JSON what to try. Where a browser is
// needed it prints {"open": address} and reads {"back": address}; what came of it is its last line.
import { createInterface } from 'node:readline/promises'
import * as oauth from 'oauth4webapi'

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const read = async () => JSON.parse((await lines.next()).value)
const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`)

const told = await read()
const http = { [oauth.allowInsecureRequests]: true }
const issuer = new URL(told.issuer)
const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, http))
const client = { client_id: told.client_id }
const curves = { EC: { name: 'ECDSA', namedCurve: 'P-256' }, OKP: 'Ed25519' }
const proof = told.jwk
  ? oauth.PrivateKeyJwt({
      key: await crypto.subtle.importKey('jwk', told.jwk, curves[told.jwk.kty], false, ['sign']),
      kid: told.jwk.kid,
    })
  : told.client_secret ? oauth.ClientSecretPost(told.client_secret) : oauth.None()

async function opened(asked) {
  const address = new URL(as.authorization_endpoint)
  address.search = new URLSearchParams(asked)
  say({ open: String(address) })
  return new URL((await read()).back)
}

async function signIn({ pushed = false, DPoP, resource } = {}) {
  const verifier = oauth.generateRandomCodeVerifier()
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()]
  let asked = {
    client_id: client.client_id,
    redirect_uri: told.redirect_uri,
    response_type: 'code',
    scope: told.scope,
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...(resource ? { resource } : {}),
  }
  if (pushed) {
    const answer = await oauth.pushedAuthorizationRequest(as, client, proof, asked, { DPoP, ...http })
    const { request_uri } = await oauth.processPushedAuthorizationResponse(as, client, answer)
    asked = { client_id: client.client_id, request_uri }
  }
  const came = oauth.validateAuthResponse(as, client, await opened(asked), state)
  const answer = await oauth.authorizationCodeGrantRequest(
    as, client, proof, came, told.redirect_uri, verifier, { DPoP, ...http })
  const tokens = await oauth.processAuthorizationCodeResponse(
    as, client, answer, { expectedNonce: nonce, requireIdToken: true })
  await oauth.validateApplicationLevelSignature(as, answer, http)
  return tokens
}

async function about(tokens, options) {
  const { sub } = oauth.getValidatedIdTokenClaims(tokens)
  const answer = await oauth.userInfoRequest(as, client, tokens.access_token, { ...options, ...http })
  return oauth.processUserInfoResponse(as, client, sub, answer)
}

const scenarios = {
  async code() {
    const tokens = await signIn()
    const person = await about(tokens)
    const asked = await oauth.refreshTokenGrantRequest(as, client, proof, tokens.refresh_token, http)
    const fresh = await oauth.processRefreshTokenResponse(as, client, asked)
    const seen = await oauth.introspectionRequest(as, client, proof, fresh.access_token, http)
    const live = await oauth.processIntrospectionResponse(as, client, seen)
    const gone = await oauth.revocationRequest(as, client, proof, fresh.refresh_token, http)
    await oauth.processRevocationResponse(gone)
    const again = await oauth.introspectionRequest(as, client, proof, fresh.access_token, http)
    const after = await oauth.processIntrospectionResponse(as, client, again)
    return { name: person.name, live: live.active, after: after.active }
  },
  async strong() {
    const pair = await oauth.generateKeyPair(told.proven_by)
    const DPoP = oauth.DPoP(client, pair)
    const tokens = await signIn({ pushed: true, DPoP })
    const person = await about(tokens, { DPoP })
    return { type: tokens.token_type, same: person.sub === oauth.getValidatedIdTokenClaims(tokens).sub }
  },
  async device() {
    const answer = await oauth.deviceAuthorizationRequest(as, client, proof, { scope: told.scope }, http)
    const asked = await oauth.processDeviceAuthorizationResponse(as, client, answer)
    const early = await oauth.deviceCodeGrantRequest(as, client, proof, asked.device_code, http)
    const waits = await oauth.processDeviceCodeResponse(as, client, early).catch((error) => error.error)
    say({ user_code: asked.user_code })
    await read()
    await new Promise((go) => setTimeout(go, asked.interval * 1000))
    const given = await oauth.deviceCodeGrantRequest(as, client, proof, asked.device_code, http)
    const tokens = await oauth.processDeviceCodeResponse(as, client, given)
    return { waits, type: tokens.token_type, sub: oauth.getValidatedIdTokenClaims(tokens).sub }
  },
  async register() {
    const asked = await oauth.dynamicClientRegistrationRequest(as, told.metadata, {
      initialAccessToken: told.token, ...http })
    const made = await oauth.processDynamicClientRegistrationResponse(asked)
    return { id: made.client_id, secret: typeof made.client_secret }
  },
}

say({ done: await scenarios[told.scenario]() })
process.exit(0)
