import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto'
import { UsageError } from '../../engine/usage-error.ts'

/** A signed payload: the Dead Simple Signing Envelope, v1.0.2 (github.com/secure-systems-lab/dsse). */
export interface Envelope {
  /** Base64. */
  payload: string
  payloadType: string
  signatures: { keyid: string; sig: string }[]
}

/** What in-toto statements are sent as. */
export const inTotoType = 'application/vnd.in-toto+json'

/** Draws an Ed25519 key pair, as PEM (PKCS #8 and SPKI). */
export function drawSigningKey(): { privateKey: string; publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  }
}

/** Signs a payload with an Ed25519 key. */
export function signEnvelope(payload: string, privateKey: KeyObject): Envelope {
  const sig = sign(null, encode(inTotoType, Buffer.from(payload)), privateKey).toString('base64')
  return {
    payload: Buffer.from(payload).toString('base64'),
    payloadType: inTotoType,
    signatures: [{ keyid: keyIdOf(createPublicKey(privateKey)), sig }],
  }
}

/**
 * The payload of an envelope that this key has signed; undefined when it has not. The key id is a
 * hint and decides nothing, as the specification says.
 */
export function openEnvelope(envelope: Envelope, publicKey: KeyObject): string | undefined {
  if (envelope.payloadType !== inTotoType) return undefined
  const payload = Buffer.from(envelope.payload, 'base64')
  const signed = encode(envelope.payloadType, payload)
  const isSigned = envelope.signatures.some(({ sig }) =>
    verify(null, signed, publicKey, Buffer.from(sig, 'base64')),
  )
  return isSigned ? payload.toString() : undefined
}

/** SHA-256 over the key's SPKI, hex. */
export function keyIdOf(publicKey: KeyObject): string {
  const der = publicKey.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(der).digest('hex')
}

/** An Ed25519 key from PEM. Throws a UsageError when it is something else. */
export function readSigningKey(pem: string, file: string): KeyObject {
  return needEd25519(() => createPrivateKey(pem), file, 'private')
}

/** An Ed25519 key from PEM; a private one will do. Throws a UsageError when it is something else. */
export function readPublicKey(pem: string, file: string): KeyObject {
  return needEd25519(() => createPublicKey(pem), file, 'public')
}

function needEd25519(read: () => KeyObject, file: string, kind: string): KeyObject {
  let key: KeyObject | undefined
  try {
    key = read()
  } catch {
    key = undefined
  }
  if (key?.asymmetricKeyType === 'ed25519') return key
  throw new UsageError(`This is no ${kind} Ed25519 key.`, {
    file,
    fix: 'backlot attest key writes a pair as PEM.',
  })
}

/** The pre-authentication encoding (PAE) of the specification: what is signed. */
function encode(type: string, payload: Buffer): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `
  return Buffer.concat([Buffer.from(head), payload])
}
