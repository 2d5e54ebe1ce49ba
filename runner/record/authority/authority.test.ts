import { execFileSync, spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { Authority, newAuthorityPem } from './authority.ts'
import { openAuthority, repositoryAround } from './authority-folder.ts'
import { objectId, time } from './der.ts'

const folder = mkdtempSync(join(tmpdir(), 'authority-'))
afterAll(() => rmSync(folder, { recursive: true }))
const nowMs = Date.UTC(2026, 0, 5)
const hasOpenssl = spawnSync('openssl', ['version']).status === 0

describe('the authority of the recorder', () => {
  const authority = new Authority(newAuthorityPem(nowMs))
  const root = new X509Certificate(authority.certificatePem)

  it('signs servers by name and by address, each for that name alone', () => {
    const named = new X509Certificate(authority.mint('api.vendor.example', nowMs))
    expect(named.verify(root.publicKey)).toBe(true)
    expect(named.checkIssued(root)).toBe(true)
    expect(named.checkHost('api.vendor.example')).toBe('api.vendor.example')
    expect(named.checkHost('other.vendor.example')).toBeUndefined()
    for (const address of ['127.0.0.1', '::1', '2001:db8::7:0:1']) {
      const minted = new X509Certificate(authority.mint(address, nowMs))
      expect(minted.checkIP(address)).toBe(address)
    }
    expect([root.ca, named.ca]).toEqual([true, false])
  })

  it('gives every certificate a serial number of its own', () => {
    const serials = [0, 1, 2].map(
      () => new X509Certificate(authority.mint('a.example', nowMs)).serialNumber,
    )
    expect(new Set(serials).size).toBe(3)
  })

  it.skipIf(!hasOpenssl)('satisfies a strict checker', () => {
    const fresh = new Authority(newAuthorityPem(Date.now()))
    const [ca, leaf] = [join(folder, 'ca.pem'), join(folder, 'leaf.pem')]
    writeFileSync(ca, fresh.certificatePem)
    for (const name of [
      'api.vendor.example',
      `${'x'.repeat(60)}.${'y'.repeat(60)}.example`,
      '::1',
    ]) {
      writeFileSync(leaf, fresh.mint(name, Date.now()))
      const said = execFileSync('openssl', ['verify', '-x509_strict', '-CAfile', ca, leaf])
      expect(String(said)).toContain('OK')
    }
  })

  it('is kept in a folder with a key that its owner alone may read', () => {
    const kept = join(folder, 'kept')
    const first = openAuthority(kept)
    const again = openAuthority(kept)
    expect([first.isNew, again.isNew]).toEqual([true, false])
    expect(again.authority.certificatePem).toBe(first.authority.certificatePem)
    expect(statSync(join(kept, 'recorder-ca.key.pem')).mode & 0o777).toBe(0o600)
    expect(readFileSync(first.certificateFile, 'utf8')).not.toContain('PRIVATE KEY')
  })

  it('replaces an authority that is broken or about to end', () => {
    const kept = join(folder, 'old')
    mkdirSync(kept)
    const key = join(kept, 'recorder-ca.key.pem')
    for (const pem of ['not a key', newAuthorityPem(Date.now() - 729 * 86_400_000)]) {
      writeFileSync(key, pem)
      expect(openAuthority(kept).isNew).toBe(true)
    }
  })

  it('knows when its folder lies in a repository', () => {
    const repository = join(folder, 'repository')
    mkdirSync(join(repository, '.git'), { recursive: true })
    expect(repositoryAround(join(repository, 'deep', 'down'))).toBe(repository)
    expect(repositoryAround(join(folder, 'kept'))).toBeUndefined()
  })

  it('writes moments and identifiers as X.690 has them', () => {
    expect(time(Date.UTC(2049, 11, 31)).toString('latin1')).toContain('491231000000Z')
    expect(time(Date.UTC(2050, 0, 1)).toString('latin1')).toContain('20500101000000Z')
    expect(objectId('1.2.840.10045.4.3.2').toString('hex')).toBe('06082a8648ce3d040302')
  })

  it('mints for any host name that a client may ask for', () => {
    fc.assert(
      fc.property(fc.domain(), (name) => {
        const minted = new X509Certificate(authority.mint(name, nowMs))
        expect(minted.subjectAltName).toContain(name)
      }),
      { numRuns: 20 },
    )
  })
})
