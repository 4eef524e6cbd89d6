// Two directions, one line of JSON each:
//   node chain.mjs resolve LEAF ANCHOR   fetch and verify a chain of ours over HTTP
//   node chain.mjs superiors LEAF ANCHOR its superiors' statements, their policies merged
//   node chain.mjs make                  make a chain of three, for our verifier to read
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import {
  combineMetadataPolicies,
  createEntityConfiguration,
  createEntityStatement,
  fetchEntityConfiguration,
  fetchEntityConfigurationChains,
  fetchEntityStatementChain,
  resolveTrustChains,
} from '@openid-federation/core'

const signature = { dsaEncoding: 'ieee-p1363' }

const verifyJwtCallback = async ({ jwk, jwt }) => {
  const [header, payload, proof] = jwt.split('.')
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  const signed = Buffer.from(`${header}.${payload}`)
  return verify('sha256', signed, { key, ...signature }, Buffer.from(proof, 'base64url'))
}

async function resolve(leaf, anchor) {
  const chains = await resolveTrustChains({
    entityId: leaf,
    trustAnchorEntityIds: [anchor],
    verifyJwtCallback,
  })
  const [chain] = chains
  return {
    chains: chains.length,
    subjects: chain.chain.map((statement) => statement.sub),
    metadata: chain.resolvedLeafMetadata,
  }
}

// It applies policies to Entity Types that a leaf does not have, so not every leaf is resolved.
async function superiors(leaf, anchor) {
  const [found] = await fetchEntityConfigurationChains({
    leafEntityId: leaf,
    trustAnchorEntityIds: [anchor],
    verifyJwtCallback,
  })
  const statements = await fetchEntityStatementChain({
    entityConfigurations: found,
    verifyJwtCallback,
  })
  const { mergedPolicy } = combineMetadataPolicies({ statements: statements.slice(0, -1) })
  return { entities: found.map(({ sub }) => sub), policy: mergedPolicy }
}

async function tampered(leaf) {
  const refuse = async () => false
  try {
    await fetchEntityConfiguration({ entityId: leaf, verifyJwtCallback: refuse })
    return { refused: false }
  } catch (cause) {
    return { refused: true, why: String(cause.message) }
  }
}

function newKey() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = createPublicKey(privateKey).export({ format: 'jwk' })
  const { crv, kty, x, y } = jwk
  const kid = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url')
  return { privateKey, jwk: { ...jwk, kid, alg: 'ES256', use: 'sig' } }
}

const signer = ({ privateKey }) => async ({ toBeSigned }) =>
  sign('sha256', Buffer.from(toBeSigned), { key: privateKey, ...signature })

async function make() {
  const [leaf, middle, anchor] = ['leaf', 'middle', 'anchor'].map((name) => ({
    id: `https://${name}.example`,
    ...newKey(),
  }))
  const now = Math.floor(Date.now() / 1000)
  const times = { iat: now - 5, exp: now + 600 }
  const header = ({ jwk }) => ({ alg: 'ES256', kid: jwk.kid, typ: 'entity-statement+jwt' })
  const configuration = (entity, more) =>
    createEntityConfiguration({
      header: header(entity),
      claims: { iss: entity.id, sub: entity.id, ...times, jwks: { keys: [entity.jwk] }, ...more },
      signJwtCallback: signer(entity),
    })
  const statement = (issuer, subject, more) =>
    createEntityStatement({
      header: header(issuer),
      jwk: issuer.jwk,
      claims: { iss: issuer.id, sub: subject.id, ...times, jwks: { keys: [subject.jwk] }, ...more },
      signJwtCallback: signer(issuer),
    })
  const metadata = {
    openid_relying_party: {
      client_registration_types: ['automatic'],
      redirect_uris: ['https://leaf.example/callback'],
      contacts: ['ops@leaf.example'],
    },
  }
  const policy = { openid_relying_party: { contacts: { add: ['ops@middle.example'] } } }
  return {
    anchor: { keys: [anchor.jwk] },
    tokens: [
      await configuration(leaf, { authority_hints: [middle.id], metadata }),
      await statement(middle, leaf, { metadata_policy: policy }),
      await statement(anchor, middle, {}),
      await configuration(anchor, { metadata: { federation_entity: { federation_fetch_endpoint: `${anchor.id}/fetch`, federation_list_endpoint: `${anchor.id}/list` } } }),
    ],
  }
}

const [, , act, ...names] = process.argv
const acts = { resolve, superiors, tampered, make }
console.log(JSON.stringify(await acts[act](...names)))
