import { createHash, randomBytes, sign, type KeyObject } from 'node:crypto'
import { isIP } from 'node:net'
import * as der from './der.ts'

/** What a certificate says, and who signs it. */
export interface CertificateRequest {
  subject: string
  issuer: string
  publicKey: KeyObject
  /** The issuer's. */
  signingKey: KeyObject
  fromMs: number
  untilMs: number
  extensions: readonly Buffer[]
}

const ecdsaWithSha256 = der.sequence(der.objectId('1.2.840.10045.4.3.2'))
const serverAuth = der.objectId('1.3.6.1.5.5.7.3.1')

/** Writes and signs an X.509 v3 certificate (RFC 5280) for keys on P-256; returns it as PEM. */
export function writeCertificate(request: CertificateRequest): string {
  const { subject, issuer, publicKey, signingKey, fromMs, untilMs, extensions } = request
  const toBeSigned = der.sequence(
    der.tagged(0xa0, der.integer(Uint8Array.of(2))),
    der.integer(newSerial()),
    ecdsaWithSha256,
    commonName(issuer),
    der.sequence(der.time(fromMs), der.time(untilMs)),
    commonName(subject),
    spkiOf(publicKey),
    der.tagged(0xa3, der.sequence(...extensions)),
  )
  const signature = der.bits(sign('sha256', toBeSigned, signingKey))
  return toPem(der.sequence(toBeSigned, ecdsaWithSha256, signature))
}

/** What makes a certificate one of an authority that signs servers and no further authorities. */
export function authorityExtensions(publicKey: KeyObject): Buffer[] {
  const pathLengthZero = der.integer(Uint8Array.of(0))
  const keyCertSignAndCrlSign = der.bits(Uint8Array.of(0x06), 1)
  return [
    extension('2.5.29.19', der.sequence(der.yes, pathLengthZero), 'critical'),
    extension('2.5.29.15', keyCertSignAndCrlSign, 'critical'),
    extension('2.5.29.14', der.octets(keyIdOf(publicKey))),
  ]
}

/**
 * What makes a certificate one of a server under one name. Both key identifiers are there because
 * strict checkers (`openssl -x509_strict`, Python 3.13) ask for them.
 */
export function serverExtensions(
  name: string,
  publicKey: KeyObject,
  issuerKey: KeyObject,
): Buffer[] {
  const digitalSignature = der.bits(Uint8Array.of(0x80), 7)
  return [
    extension('2.5.29.19', der.sequence(), 'critical'),
    extension('2.5.29.15', digitalSignature, 'critical'),
    extension('2.5.29.37', der.sequence(serverAuth)),
    extension('2.5.29.17', der.sequence(alternativeName(name))),
    extension('2.5.29.14', der.octets(keyIdOf(publicKey))),
    extension('2.5.29.35', der.sequence(der.tagged(0x80, keyIdOf(issuerKey)))),
  ]
}

function alternativeName(name: string): Buffer {
  if (isIP(name) === 0) return der.tagged(0x82, Buffer.from(name, 'ascii'))
  return der.tagged(0x87, isIP(name) === 4 ? Buffer.from(name.split('.').map(Number)) : ipv6(name))
}

/** The sixteen bytes of an IPv6 address; its WHATWG form is lower case and has `::` once at most. */
function ipv6(name: string): Buffer {
  const canonical = new URL(`http://[${name}]/`).hostname.slice(1, -1)
  const [head = '', tail] = canonical.split('::')
  const groups = (text: string) => text.split(':').filter(Boolean)
  const [front, back] = [groups(head), groups(tail ?? '')]
  const zeros = Array<string>(8 - front.length - back.length).fill('0')
  const all = [...front, ...zeros, ...back].map((group) => Number.parseInt(group, 16))
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]))
}

function extension(id: string, value: Buffer, critical?: 'critical'): Buffer {
  const flag = critical === undefined ? [] : [der.yes]
  return der.sequence(der.objectId(id), ...flag, der.octets(value))
}

function commonName(name: string): Buffer {
  // 64 characters is all that a common name may have; the alternative name holds the whole.
  const attribute = der.sequence(der.objectId('2.5.4.3'), der.text(name.slice(0, 64)))
  return der.sequence(der.setOf(attribute))
}

/** Positive, without a leading zero, and not guessable. */
function newSerial(): Buffer {
  const serial = randomBytes(16)
  serial[0] = (serial[0]! & 0x7f) | 0x40
  return serial
}

/** RFC 5280's usual identifier: SHA-1 of the key's bits, which for P-256 are the last 65 bytes. */
function keyIdOf(publicKey: KeyObject): Buffer {
  return createHash('sha1').update(spkiOf(publicKey).subarray(-65)).digest()
}

function spkiOf(publicKey: KeyObject): Buffer {
  return publicKey.export({ type: 'spki', format: 'der' })
}

function toPem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
