// A relying party with npm `openid-client`, told by one line of JSON what to try. Where a browser is
// needed it prints {"open": address} and reads {"back": address}; what came of it is its last line.
import { createInterface } from 'node:readline/promises'
import * as oidc from 'openid-client'

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const read = async () => JSON.parse((await lines.next()).value)
const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`)

const told = await read()
const insecure = { execute: [oidc.allowInsecureRequests] }

async function key(jwk) {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  return { key: await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['sign']), kid: jwk.kid }
}

async function configuration() {
  const proof = told.jwk
    ? oidc.PrivateKeyJwt(await key(told.jwk))
    : told.client_secret ? oidc.ClientSecretBasic(told.client_secret) : oidc.None()
  return oidc.discovery(new URL(told.issuer), told.client_id, {}, proof, insecure)
}

async function opened(address) {
  say({ open: String(address) })
  return new URL((await read()).back)
}

async function signIn(config, { pushed = false, DPoP, ...more } = {}) {
  const verifier = oidc.randomPKCECodeVerifier()
  const [state, nonce] = [oidc.randomState(), oidc.randomNonce()]
  const asked = {
    redirect_uri: told.redirect_uri,
    scope: told.scope,
    state,
    nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...more,
  }
  const address = pushed
    ? await oidc.buildAuthorizationUrlWithPAR(config, asked, { DPoP })
    : oidc.buildAuthorizationUrl(config, asked)
  const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true }
  return oidc.authorizationCodeGrant(config, await opened(address), checks, undefined, { DPoP })
}

const scenarios = {
  async code(config) {
    const tokens = await signIn(config, { prompt: 'consent' })
    const { sub } = tokens.claims()
    const about = await oidc.fetchUserInfo(config, tokens.access_token, sub)
    const fresh = await oidc.refreshTokenGrant(config, tokens.refresh_token)
    const live = await oidc.tokenIntrospection(config, fresh.access_token)
    await oidc.tokenRevocation(config, fresh.refresh_token)
    const after = await oidc.tokenIntrospection(config, fresh.access_token)
    return { name: about.name, same: fresh.claims().sub === sub, live: live.active, after: after.active }
  },
  async form_post(config) {
    const verifier = oidc.randomPKCECodeVerifier()
    const nonce = oidc.randomNonce()
    say({ open: String(oidc.buildAuthorizationUrl(config, {
      redirect_uri: told.redirect_uri, scope: told.scope, nonce, response_mode: 'form_post',
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
    })) })
    const { form } = await read()
    const came = new Request(told.redirect_uri, { method: 'POST', body: new URLSearchParams(form) })
    const tokens = await oidc.authorizationCodeGrant(config, came, { pkceCodeVerifier: verifier, expectedNonce: nonce })
    return { sub: tokens.claims().sub }
  },
  async strong(config) {
    const pair = await oidc.randomDPoPKeyPair('ES256')
    const DPoP = oidc.getDPoPHandle(config, pair)
    const tokens = await signIn(config, { pushed: true, DPoP })
    const { sub } = tokens.claims()
    const about = await oidc.fetchUserInfo(config, tokens.access_token, sub, { DPoP })
    const bare = await fetch(config.serverMetadata().userinfo_endpoint, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    })
    return { type: tokens.token_type, same: about.sub === sub, bare: bare.status }
  },
  async device(config) {
    const asked = await oidc.initiateDeviceAuthorization(config, { scope: told.scope })
    say({ user_code: asked.user_code })
    await read()
    const tokens = await oidc.pollDeviceAuthorizationGrant(config, { ...asked, interval: 1 })
    return { sub: tokens.claims().sub, type: tokens.token_type }
  },
  async exchange(config) {
    const tokens = await signIn(config)
    const given = await oidc.genericGrantRequest(config, told.grant_type, {
      subject_token: tokens.access_token,
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      requested_token_type: told.requested_token_type,
      audience: told.audience,
    })
    return { type: given.issued_token_type, given: typeof given.access_token }
  },
  async credentials(config) {
    const tokens = await oidc.clientCredentialsGrant(config, {})
    return { type: tokens.token_type, lives: tokens.expires_in }
  },
}

say({ done: await scenarios[told.scenario](await configuration()) })
process.exit(0)
