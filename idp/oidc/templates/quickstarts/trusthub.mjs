// {{ name }}: Node 20 or later with openid-client 6 (npm install openid-client).
import * as client from 'openid-client'
{% if method == "private_key_jwt" %}
import { readFileSync } from 'node:fs'
import { webcrypto } from 'node:crypto'
{% endif %}

const issuer = new URL({{ issuer | js }})
const metadata = { id_token_signed_response_alg: {{ token_algorithm | js }} }
{% if method == "private_key_jwt" %}
// The private key of the registered one: PKCS#8, DER in base64, P-256; its kid as registered.
const der = Buffer.from(readFileSync(process.env.TRUSTHUB_CLIENT_KEY, 'utf8'), 'base64')
const key = await webcrypto.subtle.importKey('pkcs8', der, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])
const proof = client.PrivateKeyJwt({ key, kid: process.env.TRUSTHUB_CLIENT_KID })
{% elif method == "client_secret_basic" %}
const proof = client.ClientSecretBasic(process.env.TRUSTHUB_CLIENT_SECRET)
{% elif method == "client_secret_post" %}
const proof = client.ClientSecretPost(process.env.TRUSTHUB_CLIENT_SECRET)
{% elif method == "client_secret_jwt" %}
const proof = client.ClientSecretJwt(process.env.TRUSTHUB_CLIENT_SECRET)
{% elif method == "none" %}
const proof = client.None()
{% else %}
const proof = client.TlsClientAuth() // and a fetch of your own that shows the certificate
{% endif %}
const execute = issuer.protocol === 'http:' ? [client.allowInsecureRequests] : []
export const config = await client.discovery(issuer, {{ client_id | js }}, metadata, proof, { execute })
{% if dpop %}
const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'))
{% else %}
const DPoP = undefined
{% endif %}
{% if by_code %}

/** Begin: keep what is returned besides `url` in the visitor's session, then redirect. */
export async function signIn() {
  const verifier = client.randomPKCECodeVerifier()
  const state = client.randomState()
  const nonce = client.randomNonce()
  const asked = {
    redirect_uri: {{ redirect_uri | js }},
    scope: {{ scope | js }},
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
  }
{% if pushes %}
  const url = await client.buildAuthorizationUrlWithPAR(config, asked, { DPoP })
{% else %}
  const url = client.buildAuthorizationUrl(config, asked)
{% endif %}
  return { url, verifier, state, nonce }
}

/** Finish at the redirect URI: `current` is the whole address that was asked for. */
export async function signedIn(current, kept) {
  const checks = { pkceCodeVerifier: kept.verifier, expectedState: kept.state, expectedNonce: kept.nonce }
  const tokens = await client.authorizationCodeGrant(config, current, checks, undefined, { DPoP })
  const { sub } = tokens.claims() // bind your records to sub: a name is no key
  const person = await client.fetchUserInfo(config, tokens.access_token, sub, { DPoP })
  return { tokens, person }
}
{% endif %}
{% if own_tokens %}

/** A token of the client itself. */
export async function ownToken(parameters = {}) {
  return client.clientCredentialsGrant(config, parameters, { DPoP })
}
{% endif %}
