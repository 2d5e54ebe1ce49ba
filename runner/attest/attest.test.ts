import { createPublicKey, generateKeyPairSync, verify as verifySignature } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dsse } from '@sigstore/core'
import { afterAll, describe, expect, it } from 'vitest'
import type { Decision } from '../gate/decide.ts'
import { openStatements, readBundle, addToBundle } from './bundle.ts'
import {
  drawSigningKey,
  keyIdOf,
  readPublicKey,
  readSigningKey,
  signEnvelope,
  type Envelope,
} from './dsse.ts'
import { loadPublicKey, loadSigningKey, makeSigningKey } from './key-file.ts'
import { makeStatements, sha256, type Scoring } from './make-statements.ts'
import type { ObservedDependencies, Statement, TestResult } from './statement.ts'
import { tellStatement, tellVerified } from './tell.ts'
import { verifyStatements } from './verify.ts'

const folder = mkdtempSync(join(tmpdir(), 'attest-'))
afterAll(() => rmSync(folder, { recursive: true }))

const pair = drawSigningKey()
const privateKey = readSigningKey(pair.privateKey, 'key')
const publicKey = readPublicKey(pair.publicKey, 'key.pub')
const now = new Date('2026-11-21T12:00:00Z')
const digests = { subject: 'a'.repeat(64), set: 'b'.repeat(64), policy: 'c'.repeat(64) }

const exchange = {
  n: 1,
  atMs: 0,
  kind: 'call',
  by: 'subject',
  twin: 'slack',
  what: 'chat.postMessage',
  depth: 'checked',
}
const score = {
  startedAt: '2026-11-20T12:00:00.000Z',
  versions: { backlot: '0.1.0', node: 'v24.0.0' },
  subject: { name: 'desk', kind: 'command', file: 'desk.json', digest: digests.subject },
  set: { digest: digests.set, root: 'd'.repeat(64), count: 8, sealed: '2026-11-01T00:00:00.000Z' },
  wall: { name: 'lane', about: '', unsafe: false, strays: [] },
  escapes: [],
  holdout: { satisfaction: 0.987654 },
  result: {
    run: { plans: ['none'], seeds: ['x', 'y'], minDepth: 'spec' },
    trials: [
      {
        name: 'A sealed story',
        exchanges: [
          exchange,
          exchange,
          { ...exchange, by: 'scenario', what: 'auth.test' },
          { ...exchange, twin: 'desk', what: 'make' },
        ],
      },
    ],
  },
  observed: {
    packages: [{ name: 'left', version: '1.0.0', integrity: 'sha512-x', state: 'pinned' }],
    packagesSeen: { by: 'file opens', isWhole: true, lockfiles: [] },
  },
} as unknown as Scoring
const decision: Decision = {
  format: 'backlot.decision/1',
  verdict: 'accepted',
  findings: [],
  policy: { file: 'policy.yaml', digest: digests.policy },
  subject: score.subject,
  set: { digest: digests.set },
  decidedAt: '2026-11-20T13:00:00.000Z',
}

/** Signed statements about a version; what is changed is what is attested. */
async function attested(
  change: Partial<Scoring> = {},
  verdict: Decision['verdict'] = 'accepted',
  decidedAt = decision.decidedAt,
): Promise<Envelope[]> {
  const changed = { ...score, ...change }
  const scoringDigest = sha256(JSON.stringify(changed))
  const statements = await makeStatements({
    score: changed,
    scoringDigest,
    decision: { ...decision, verdict, decidedAt },
  })
  return statements.map((one) => signEnvelope(JSON.stringify(one), privateKey))
}
const open = async (...args: Parameters<typeof attested>): Promise<Statement[]> =>
  openStatements(await attested(...args), publicKey)
const broken = (findings: readonly { rule: string; held: boolean }[]): string[] =>
  findings.filter(({ held }) => !held).map(({ rule }) => rule)

describe('an attestation', () => {
  it('has the fields of in-toto and of its predicates, and no score and no name of a case', async () => {
    const [result, observed] = (await open()) as [
      Statement<TestResult>,
      Statement<ObservedDependencies>,
    ]
    expect(result).toMatchObject({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'desk', digest: { sha256: digests.subject } }],
      predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
      predicate: { result: 'PASSED' },
    })
    expect(Object.keys(result.predicate)).toEqual(['result', 'configuration'])
    for (const one of result.predicate.configuration) {
      expect(one.digest ?? one.uri, one.name).toBeDefined()
    }
    expect(observed.predicate).toMatchObject({
      hosts: [
        { host: 'desk', twin: 'desk' },
        { host: 'slack.com', twin: 'slack' },
      ],
      operations: [
        { twin: 'desk', op: 'make', depth: 'checked' },
        { twin: 'slack', op: 'chat.postMessage', depth: 'checked' },
      ],
      packages: [{ name: 'left', state: 'pinned' }],
      escapes: [],
    })
    expect(JSON.stringify([result, observed])).not.toMatch(/0\.98|sealed story|auth\.test/)
  })

  it('is verified by another implementation of DSSE, and no longer when a byte is changed', async () => {
    for (const { payload, payloadType, signatures } of await attested()) {
      const check = (bytes: Buffer): boolean =>
        verifySignature(
          null,
          dsse.preAuthEncoding(payloadType, bytes),
          createPublicKey(pair.publicKey),
          Buffer.from(signatures[0]!.sig, 'base64'),
        )
      const bytes = Buffer.from(payload, 'base64')
      expect(check(bytes)).toBe(true)
      expect(check(Buffer.concat([bytes, Buffer.from(' ')]))).toBe(false)
    }
  })
})

describe('verifying', () => {
  const demands = { ...digests, maxAge: '7 days', minWall: 'lane', now } as const

  it('holds what was signed against all that is asked', async () => {
    const last = await open({
      startedAt: '2026-10-01T00:00:00Z',
      subject: { ...score.subject, digest: 'e'.repeat(64) },
    })
    const found = verifyStatements(await open(), { ...demands, last })
    expect(broken(found.findings)).toEqual([])
    expect(found).toMatchObject({
      verified: true,
      subject: { name: 'desk' },
      result: { result: 'PASSED' },
    })
    expect(found.findings.map(({ rule }) => rule)).toEqual([
      'signature',
      'result',
      'observed',
      'subject',
      'set',
      'policy',
      'age',
      'wall',
      'replay',
    ])
  })

  it.each([
    ['another subject', { subject: 'f'.repeat(64) }, {}, 'signature'],
    ['another set', { set: 'f'.repeat(64) }, {}, 'set'],
    ['another policy', { policy: 'f'.repeat(64) }, {}, 'policy'],
    ['an old scoring', { maxAge: '1 hour' }, {}, 'age'],
    ['a scoring from the future', {}, { startedAt: '2027-01-01T00:00:00Z' }, 'age'],
    ['a weak wall', {}, { wall: { ...score.wall!, name: 'environment' as const } }, 'wall'],
    ['no wall', {}, { wall: undefined }, 'wall'],
    [
      'an escape',
      {},
      { escapes: [{ trial: 'x', target: 'tcp://203.0.113.1:22', how: 'connect' }] },
      'escapes',
    ],
  ])('refuses %s', async (_what, asked, change, rule) => {
    const found = verifyStatements(await open(change as Partial<Scoring>), { ...demands, ...asked })
    expect(found.verified).toBe(false)
    expect(broken(found.findings)).toContain(rule)
    expect(tellVerified(found)).toContain('not verified')
  })

  it('refuses what did not hold the policy, also where an older statement says that it did', async () => {
    const failed = await open({}, 'rejected', '2026-11-20T14:00:00.000Z')
    const passed = await open()
    for (const bundle of [failed, [...failed, ...passed], [...passed, ...failed]]) {
      expect(broken(verifyStatements(bundle, demands).findings)).toEqual(['result'])
    }
  })

  it('notices a replay: the last accepted attestation itself, and an older one', async () => {
    const last = await open()
    expect(broken(verifyStatements(await open(), { ...demands, last }).findings)).toEqual([
      'replay',
    ])
    const older = await open({ startedAt: '2026-11-19T00:00:00Z' })
    expect(broken(verifyStatements(older, { ...demands, last }).findings)).toEqual(['replay'])
    expect(broken(verifyStatements(older, { ...demands, last: [] }).findings)).toEqual(['replay'])
  })

  it('refuses a test result whose observations are missing, or of another scoring', async () => {
    const [result] = await open()
    const [, others] = await open({ startedAt: '2026-11-19T00:00:00Z' })
    expect(broken(verifyStatements([result!], demands).findings)).toEqual(['observed'])
    expect(broken(verifyStatements([result!, others!], demands).findings)).toEqual(['observed'])
  })

  it('passes over what another key has signed, whatever key id it names', async () => {
    const other = readSigningKey(drawSigningKey().privateKey, 'other')
    const forged = (await attested()).map(({ payload }) => {
      const envelope = signEnvelope(Buffer.from(payload, 'base64').toString(), other)
      return {
        ...envelope,
        signatures: [{ ...envelope.signatures[0]!, keyid: keyIdOf(publicKey) }],
      }
    })
    expect(openStatements(forged, publicKey)).toEqual([])
    expect(broken(verifyStatements([], demands).findings)).toEqual(['signature'])
    const swapped = (await attested()).map((one) => ({ ...one, payload: forged[1]!.payload }))
    expect(openStatements([swapped[0]!], publicKey)).toEqual([])
    const typed = (await attested()).map((one) => ({ ...one, payloadType: 'text/plain' }))
    expect(openStatements(typed, publicKey)).toEqual([])
  })

  it('does not fall over statements that are well signed and badly made', () => {
    const odd = [
      {
        _type: 'https://in-toto.io/Statement/v1',
        subject: [{}],
        predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
        predicate: {},
      },
      {
        _type: 'https://in-toto.io/Statement/v1',
        subject: [{ name: 'x' }],
        predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
        predicate: { result: 'PASSED', configuration: [null, {}] },
      },
      { _type: 'other' },
      [],
      null,
    ].map((one) => signEnvelope(JSON.stringify(one), privateKey))
    const found = verifyStatements(openStatements(odd, publicKey), demands)
    expect(found.verified).toBe(false)
  })
})

describe('a bundle', () => {
  it('is JSON Lines, added to, and read past lines that are none', async () => {
    const file = join(folder, 'desk.intoto.jsonl')
    const envelopes = await attested()
    await addToBundle(file, envelopes.slice(0, 1))
    writeFileSync(file, '\n{"payload":1}\nnonsense', { flag: 'a' })
    await addToBundle(file, envelopes.slice(1))
    expect(await readBundle(file)).toEqual(envelopes)
    writeFileSync(file, 'nonsense')
    await expect(readBundle(file)).rejects.toThrow('There is no attestation in this file.')
  })

  it('is told in lines that move no cursor', async () => {
    const [result, observed] = await open({ subject: { ...score.subject, name: 'desk\u001b[2J' } })
    expect(tellStatement(result!)).toMatch(/PASSED[^]*wall lane[^]*policy c{64}/)
    expect(tellStatement(observed!)).toMatch(
      /hosts desk, slack\.com[^]*1 packages loaded, 0 not as they are locked/,
    )
    expect(tellStatement(result!)).not.toContain('\u001b')
  })
})

describe('a signing key', () => {
  it('stands outside of repositories, for its owner alone, beside its public half', async () => {
    const file = join(folder, 'release')
    const { publicFile, keyId } = await makeSigningKey(file)
    expect(keyIdOf(await loadPublicKey(publicFile))).toBe(keyId)
    expect(keyIdOf(createPublicKey(await loadSigningKey(file)))).toBe(keyId)
    await expect(makeSigningKey(file)).rejects.toThrow('There is a key already.')
    await expect(makeSigningKey(join(import.meta.dirname, 'key'))).rejects.toThrow(
      'must not stand in a repository',
    )
    await expect(loadPublicKey(file)).rejects.toThrow('This is the private key.')
  })

  it('is Ed25519 and nothing else', async () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({
      type: 'spki',
      format: 'pem',
    })
    writeFileSync(join(folder, 'rsa.pub'), rsa)
    await expect(loadPublicKey(join(folder, 'rsa.pub'))).rejects.toThrow('no public Ed25519 key')
  })

  it.skipIf(process.platform === 'win32')('is refused when others may read it', async () => {
    const file = join(folder, 'shared')
    writeFileSync(file, pair.privateKey, { mode: 0o644 })
    await expect(loadSigningKey(file)).rejects.toThrow('Others on this machine may read the key')
  })
})
