import { createPublicKey } from 'node:crypto'
import { expect, it } from 'vitest'
import { drawSigningKey, readSigningKey, signEnvelope, type Envelope } from './dsse.ts'

/** The parts of `@sigstore/bundle` and `@sigstore/verify` that are used here. */
interface Sigstore {
  bundleFromJSON: (value: object) => unknown
  toSignedEntity: (bundle: unknown) => unknown
  toTrustMaterial: (root: object, keys: () => object) => unknown
  Verifier: new (trust: unknown, options: object) => { verify: (entity: unknown) => unknown }
}

// They are not among what is installed everywhere; names that are not literal are not looked for by the compiler.
const names: readonly string[] = ['@sigstore/bundle', '@sigstore/verify']
const sigstore = await Promise.all(names.map((name) => import(name) as Promise<Partial<Sigstore>>))
  .then((parts) => Object.assign({}, ...parts.map((one) => ({ ...one }))) as Sigstore)
  .catch(() => undefined)
if (sigstore === undefined)
  console.log('@sigstore/verify is not installed: its verification is not tried')

it.skipIf(sigstore === undefined)(
  'is verified by sigstore with the public key alone, and no other',
  () => {
    const { bundleFromJSON, toSignedEntity, toTrustMaterial, Verifier } = sigstore!
    const check = (dsseEnvelope: Envelope, pem: string): void => {
      const mediaType = 'application/vnd.dev.sigstore.bundle+json;version=0.2'
      const verificationMaterial = { publicKey: { hint: 'release' }, tlogEntries: [] }
      const bundle = bundleFromJSON({ mediaType, verificationMaterial, dsseEnvelope })
      const root = {
        mediaType: '',
        certificateAuthorities: [],
        timestampAuthorities: [],
        tlogs: [],
        ctlogs: [],
      }
      const key = { publicKey: createPublicKey(pem), validFor: () => true }
      const nothingPublic = { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 }
      new Verifier(
        toTrustMaterial(root, () => key),
        nothingPublic,
      ).verify(toSignedEntity(bundle))
    }
    const { privateKey, publicKey } = drawSigningKey()
    const envelope = signEnvelope(
      '{"_type":"https://in-toto.io/Statement/v1"}',
      readSigningKey(privateKey, 'release'),
    )
    check(envelope, publicKey)
    const changed = { ...envelope, payload: Buffer.from('{"_type":"other"}').toString('base64') }
    expect(() => check(changed, publicKey)).toThrow('signature verification failed')
    expect(() => check(envelope, drawSigningKey().publicKey)).toThrow(
      'signature verification failed',
    )
  },
)
