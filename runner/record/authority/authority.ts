import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createSecureContext, type SecureContext } from 'node:tls'
import { authorityExtensions, serverExtensions, writeCertificate } from './certificate.ts'

const dayMs = 86_400_000
const authorityDays = 730
const serverDays = 90
/** So many names are remembered; a client that invents more costs a certificate each. */
const contextsMax = 1000

/** The name that a person finds in a list of trusted authorities. */
export const authorityName = 'Backlot recorder (this machine only)'

/** An authority's key and certificate as PEM, in this order in one text: what is kept on disk. */
export function newAuthorityPem(nowMs: number, name: string = authorityName): string {
  const { publicKey, privateKey } = newKeyPair()
  const certificate = writeCertificate({
    subject: name,
    issuer: name,
    publicKey,
    signingKey: privateKey,
    fromMs: nowMs - dayMs,
    untilMs: nowMs + authorityDays * dayMs,
    extensions: authorityExtensions(publicKey),
  })
  return `${privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()}${certificate}`
}

/** Signs certificates for the names that clients ask for, each once. */
export class Authority {
  /** What clients have to trust. */
  readonly certificatePem: string
  readonly #key: KeyObject
  readonly #publicKey: KeyObject
  /** One key for every server name: it lives in this process's memory alone. */
  readonly #server = newKeyPair()
  readonly #contexts = new Map<string, SecureContext>()

  readonly #name: string

  /** Takes what `newAuthorityPem` made, and the name that it was made under. */
  constructor(pem: string, name: string = authorityName) {
    this.#name = name
    this.certificatePem = pem.slice(pem.indexOf('-----BEGIN CERTIFICATE-----'))
    this.#key = createPrivateKey(pem)
    this.#publicKey = createPublicKey(this.#key)
  }

  /** A certificate for a host name or an address, as PEM. */
  mint(name: string, nowMs: number): string {
    return writeCertificate({
      subject: name,
      issuer: this.#name,
      publicKey: this.#server.publicKey,
      signingKey: this.#key,
      fromMs: nowMs - dayMs,
      untilMs: nowMs + serverDays * dayMs,
      extensions: serverExtensions(name, this.#server.publicKey, this.#publicKey),
    })
  }

  /** The key and certificate of a server under a name. */
  credentialsFor(name: string): { key: string; cert: string } {
    const key = this.#server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    return { key, cert: this.mint(name, Date.now()) }
  }

  /** What a TLS server shows under a name. */
  contextFor(name: string): SecureContext {
    const known = this.#contexts.get(name)
    if (known !== undefined) return known
    if (this.#contexts.size >= contextsMax) this.#contexts.clear()
    const context = createSecureContext(this.credentialsFor(name))
    this.#contexts.set(name, context)
    return context
  }
}

function newKeyPair(): { publicKey: KeyObject; privateKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' })
}
