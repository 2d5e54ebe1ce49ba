import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as der from '../../record/authority/der.ts'

/** Where the certificate of the lane's authority stands, in there. */
export const caFile = '/etc/ssl/certs/ca-certificates.crt'

/** Where other systems keep what they trust. */
export const caPlaces = [
  '/etc/ssl/cert.pem',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
]

/** By these the usual clients trust the lane's authority, and nobody else. */
export const trustEnv: Readonly<Record<string, string>> = {
  // Node then reads one certificate at its start, and not the 140 that it brings along.
  NODE_OPTIONS: '--use-openssl-ca',
  NODE_EXTRA_CA_CERTS: caFile,
  SSL_CERT_FILE: caFile,
  REQUESTS_CA_BUNDLE: caFile,
  CURL_CA_BUNDLE: caFile,
  GIT_SSL_CAINFO: caFile,
  PIP_CERT: caFile,
  AWS_CA_BUNDLE: caFile,
  GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: caFile,
  CARGO_HTTP_CAINFO: caFile,
  DENO_CERT: caFile,
}

/** Files of this machine's /etc that programs need to start, and that tell nothing of it. */
const borrowed = [
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'alternatives',
  'mime.types',
  'protocols',
  'services',
  'ssl/openssl.cnf',
]

/** Who the program is, in there. */
export const account = { name: 'app', uid: 1000, home: '/home/subject', host: 'subject' }

/** Makes the folder that stands as /etc in a lane: the same on every machine but for what libraries need. */
export function writeEtc(folder: string, certificate: string, authorityName: string): void {
  const { name, uid, home, host } = account
  const files: Record<string, string> = {
    // A name server on another loopback address would answer from the wrong one.
    'resolv.conf': 'nameserver 127.0.0.1\noptions timeout:2 attempts:2\n',
    hosts: `127.0.0.1 localhost ${host}\n::1 localhost\n`,
    hostname: `${host}\n`,
    'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\nservices: files\n',
    passwd: `${name}:x:${uid}:${uid}:${name}:${home}:/bin/sh\n`,
    group: `${name}:x:${uid}:\n`,
    [`ssl/certs/${hashOf(authorityName)}.0`]: certificate,
  }
  for (const path of [caFile, ...caPlaces]) files[path.slice('/etc/'.length)] = certificate
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  for (const path of borrowed) {
    try {
      cpSync(join('/etc', path), join(folder, path), { recursive: true, verbatimSymlinks: true })
    } catch {
      // Not every system has every one of them.
    }
  }
}

/** OpenSSL's name for a certificate in a folder of trusted ones: SHA-1 of the canonical subject, its first four bytes backwards. */
function hashOf(commonName: string): string {
  const attribute = der.sequence(der.objectId('2.5.4.3'), der.text(commonName.toLowerCase()))
  const digest = createHash('sha1').update(der.setOf(attribute)).digest()
  return digest.readUInt32LE().toString(16).padStart(8, '0')
}
