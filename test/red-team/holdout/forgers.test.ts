import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  openEnvelope,
  drawSigningKey,
  readPublicKey,
  readSigningKey,
  signEnvelope,
  type Envelope,
} from '../../../runner/attest/dsse.ts'
import { openStatements } from '../../../runner/attest/bundle.ts'
import { makeStatements, sha256, type Scoring } from '../../../runner/attest/make-statements.ts'
import type { Decision } from '../../../runner/gate/decide.ts'
import { verifyStatements } from '../../../runner/attest/verify.ts'
import { readScoring } from '../../../runner/gate/read-scoring.ts'
import { Ledger, type Question } from '../../../runner/holdout/feedback/ledger.ts'
import { openSqliteLedger } from '../../../runner/holdout/feedback/sqlite-ledger.ts'
import { drawKeyPair, sealTo } from '../../../runner/holdout/seal/age.ts'
import {
  digestOf,
  readManifest,
  rootOf,
  type Manifest,
} from '../../../runner/holdout/seal/manifest.ts'
import { openSet } from '../../../runner/holdout/seal/open-set.ts'
import { caseText, Ground } from './ground.ts'

let ground: Ground
let set: string
beforeAll(async () => {
  ground = await Ground.open()
})
afterAll(() => ground.close())
beforeEach(async () => {
  set = ground.file('copy')
  await rm(set, { recursive: true, force: true })
  await cp(ground.set, set, { recursive: true })
})

const opening = (): Promise<string> =>
  openSet({ folder: set, keyFile: ground.keyFile }).then(
    ({ digest }) => `opened ${digest}`,
    (error: Error) => error.message,
  )
const changeManifest = async (change: (manifest: Manifest) => void): Promise<void> => {
  const file = join(set, 'manifest.json')
  const manifest = JSON.parse(await readFile(file, 'utf8')) as Manifest
  change(manifest)
  await writeFile(file, JSON.stringify(manifest))
}
const casesOf = (folder: string): Promise<string[]> => readdir(join(folder, 'cases'))

describe('a set that was tampered with', () => {
  it('opens when it was not', async () => {
    expect(await opening()).toMatch(/^opened/)
  })

  it('does not open with a bit of a case changed', async () => {
    const [name] = await casesOf(set)
    const file = join(set, 'cases', name!)
    const bytes = await readFile(file)
    bytes[bytes.length - 100]! ^= 1
    await writeFile(file, bytes)
    expect(await opening()).toContain('A case was changed.')
    // And with the manifest made to fit, the ciphertext itself does not.
    await changeManifest((manifest) => void (manifest.files[name!]!.sha256 = digestOf(bytes)))
    expect(await opening()).not.toMatch(/^opened/)
  })

  it('does not open with two cases in one another’s places, with one too few or one too many', async () => {
    const [one, two] = (await casesOf(set)) as [string, string]
    const at = (name: string): string => join(set, 'cases', name)
    await rename(at(one), at('x'))
    expect(await opening()).toContain('A case of the set is missing.')
    await rename(at(two), at(one))
    await rename(at('x'), at(two))
    await changeManifest(({ files }) => {
      const first = files[one]!.sha256
      files[one]!.sha256 = files[two]!.sha256
      files[two]!.sha256 = first
    })
    expect(await opening()).toContain(
      'What is sealed here is not the case that the manifest tells of.',
    )
    await cp(join(ground.set, 'cases'), join(set, 'cases'), { recursive: true })
    await cp(join(ground.set, 'manifest.json'), join(set, 'manifest.json'))
    await cp(at(one), at('foreign.age'))
    expect(await opening()).toContain('The manifest does not know this case.')
  })

  it('does not open with an easy case in the place of a hard one, though anybody can seal', async () => {
    const [name] = await casesOf(set)
    const easy = {
      format: 'backlot.case/1',
      id: name!.replace('.age', ''),
      name: 'easy',
      language: 'ts',
      tags: [],
      text: caseText('backlot/scenario', 'easy'),
      salt: '00',
      canary: 'x',
      added: '',
    }
    const bytes = await sealTo([ground.keys.recipient], Buffer.from(JSON.stringify(easy)))
    await writeFile(join(set, 'cases', name!), bytes)
    await changeManifest(
      (manifest) => void (manifest.files[name!]!.sha256 = digestOf(Buffer.from(bytes))),
    )
    expect(await opening()).toContain(
      'What is sealed here is not the case that the manifest tells of.',
    )
  })

  it('is another set with another digest, where all of it was made anew', async () => {
    const { digest } = await readManifest(set)
    await mkdir(ground.file('easy'))
    await writeFile(ground.file('easy', 'easy.ts'), caseText('backlot/scenario', 'easy'))
    await rm(set, { recursive: true })
    await ground.seal([ground.file('easy')], set)
    const swapped = await opening()
    expect(swapped).toMatch(/^opened/)
    expect(swapped).not.toBe(`opened ${digest}`)
  })

  it('has another digest where its manifest tells something else, and does not open with a root that does not fit', async () => {
    const { digest } = await readManifest(set)
    await changeManifest((manifest) => void (manifest.note = 'all is well'))
    expect(await opening()).not.toBe(`opened ${digest}`)
    await changeManifest((manifest) => {
      const [first] = Object.keys(manifest.files)
      delete manifest.files[first!]
      manifest.count--
    })
    expect(await opening()).not.toMatch(/^opened/)
    const { files } = JSON.parse(await readFile(join(set, 'manifest.json'), 'utf8')) as Manifest
    expect(rootOf(files)).not.toBe((await readManifest(ground.set)).manifest.root)
  })
})

const question: Question = { project: 'desk', set: 's', author: 'ann', subject: 'v1' }
const allowance = { cases: 16, questions: 3 }
const openLedger = (file: string): Promise<Ledger> =>
  Ledger.open(openSqliteLedger(ground.file(file)))

describe('the ledger', () => {
  it('is not changed through its own database, and shows what was changed by other means', async () => {
    const ledger = await openLedger('forged.db')
    const ticket = await ledger.ask(question, allowance)
    await ledger.answer(ticket!, allowance, { score: 0.2, accepted: null })
    await ledger.close()
    const database = new DatabaseSync(ground.file('forged.db'))
    expect(() => database.exec("UPDATE ledger SET body = replace(body, 'ann', 'bob')")).toThrow(
      /only added to/,
    )
    expect(() => database.exec('DELETE FROM ledger')).toThrow(/only added to/)
    database.exec(
      "DROP TRIGGER ledgerIsNotChanged; UPDATE ledger SET body = replace(body, 'improved', 'accepted')",
    )
    database.close()
    await expect(openLedger('forged.db')).rejects.toThrow(/tampered|not what|changed/)
  })

  it('shows by its head that an old copy was put in its place', async () => {
    const ledger = await openLedger('old.db')
    await ledger.ask(question, allowance)
    const { head } = ledger
    await ledger.ask({ ...question, subject: 'v2' }, allowance)
    expect(ledger.head.number).toBeGreaterThan(head.number)
    expect(ledger.head.hash).not.toBe(head.hash)
    await ledger.close()
  })

  it('gives the last question to one of two who race for it', async () => {
    const [one, two] = await Promise.all([openLedger('race.db'), openLedger('race.db')])
    const last = { cases: 16, questions: 1 }
    const tickets = await Promise.all([
      one.ask({ ...question, subject: 'a' }, last),
      two.ask({ ...question, subject: 'b' }, last),
    ])
    expect(tickets.filter((ticket) => ticket !== undefined)).toHaveLength(1)
    await Promise.all([one.close(), two.close()])
  })

  it('gives authors who collude no more questions than one', async () => {
    const ledger = await openLedger('collude.db')
    const asked = []
    for (let i = 0; i < 9; i++) {
      asked.push(await ledger.ask({ ...question, author: `a${i}`, subject: `v${i}` }, allowance))
    }
    expect(asked.filter((ticket) => ticket !== undefined)).toHaveLength(3)
    await ledger.close()
  })

  it('takes names for names, whatever is in them', async () => {
    const project = "x'); DROP TABLE ledger; --"
    const ledger = await openLedger('inject.db')
    const ticket = await ledger.ask(
      { ...question, project, author: '"; DELETE FROM ledger' },
      allowance,
    )
    await ledger.answer(ticket!, allowance, { score: 1, accepted: null })
    expect(await ledger.usage()).toMatchObject([{ project, questions: 1 }])
    await ledger.close()
  })
})

const pair = drawSigningKey()
const [privateKey, publicKey] = [
  readSigningKey(pair.privateKey, 'key'),
  readPublicKey(pair.publicKey, 'pub'),
]
const digests = { subject: 'a'.repeat(64), set: 'b'.repeat(64), policy: 'c'.repeat(64) }
const score = {
  startedAt: '2026-11-01T00:00:00.000Z',
  versions: { backlot: '0.1.0', node: 'v24.0.0' },
  subject: { name: 'desk', kind: 'command', file: 'desk.json', digest: digests.subject },
  set: { digest: digests.set, root: 'd'.repeat(64), count: 8, sealed: '2026-10-01T00:00:00.000Z' },
  wall: { name: 'lane', about: '', unsafe: false, strays: [] },
  escapes: [],
  result: { run: { plans: ['none'], seeds: ['x'], minDepth: 'spec' }, trials: [] },
} as unknown as Scoring
const attest = async (
  verdict: Decision['verdict'],
  { decidedAt = '2026-11-01T01:00:00.000Z', key = privateKey } = {},
): Promise<Envelope[]> => {
  const decision = { verdict, decidedAt, policy: { file: 'p', digest: digests.policy } } as Decision
  const statements = await makeStatements({ score, scoringDigest: sha256('it'), decision })
  return statements.map((one) => signEnvelope(JSON.stringify(one), key))
}
const now = new Date('2026-11-02T00:00:00Z')
const verified = (envelopes: Envelope[], demands: object = {}): boolean =>
  verifyStatements(openStatements(envelopes, publicKey), { now, ...demands }).verified

describe('an attestation', () => {
  it('holds when nobody forged it', async () => {
    expect(verified(await attest('accepted'))).toBe(true)
  })

  it('is nothing when another key has signed it, under the name of ours', async () => {
    const good = await attest('accepted')
    const forged = await attest('accepted', {
      key: readSigningKey(drawSigningKey().privateKey, 'key'),
    })
    for (const one of forged) one.signatures[0]!.keyid = good[0]!.signatures[0]!.keyid
    expect(verified(forged)).toBe(false)
  })

  it('is nothing when its payload or type was changed under the signature', async () => {
    const failed = await attest('rejected')
    expect(verified(failed)).toBe(false)
    const forged = failed.map((one) => {
      const text = Buffer.from(one.payload, 'base64').toString().replace('FAILED', 'PASSED')
      return { ...one, payload: Buffer.from(text).toString('base64') }
    })
    expect(verified(forged)).toBe(false)
    const [first] = await attest('accepted')
    expect(openEnvelope({ ...first!, payloadType: 'text/plain' }, publicKey)).toBeUndefined()
  })

  it('is nothing for another subject, another set, another policy, or when it is old', async () => {
    const good = await attest('accepted')
    const another = 'd'.repeat(64)
    const demands = [
      { subject: another },
      { set: another },
      { policy: another },
      { maxAge: '1 hour' },
    ]
    for (const demand of demands) {
      expect(verified(good, demand), JSON.stringify(demand)).toBe(false)
    }
    expect(verified(good, { ...digests, maxAge: '7 days' })).toBe(true)
  })

  it('is not put in the place of a newer one that says something else', async () => {
    const [older, newer] = [
      await attest('accepted'),
      await attest('rejected', { decidedAt: '2026-11-01T05:00:00.000Z' }),
    ]
    expect(verified([...newer, ...older])).toBe(false)
    expect(verified([...older, ...newer])).toBe(false)
  })

  it('is not told again after the next version was accepted', async () => {
    const good = await attest('accepted')
    const last = openStatements(good, publicKey)
    expect(verified(good, { last })).toBe(false)
  })
})

describe('a scoring from a file', () => {
  it.each([
    ['something else', '{"format":"backlot.result/1"}'],
    ['half of one', '{"format":"backlot.scoring/1","holdout":{}}'],
    ['no JSON', '{'],
  ])('is not taken from %s', async (_name, text) => {
    const file = ground.file('scoring.json')
    await writeFile(file, text)
    await expect(readScoring(file)).rejects.toThrow('This is no scoring')
  })

  it('does not open with a key that it is not sealed for', async () => {
    const file = ground.file('scoring.age')
    const { recipient } = await drawKeyPair()
    await writeFile(file, await sealTo([recipient], Buffer.from('{}')))
    await expect(readScoring(file, { keyFile: ground.keyFile })).rejects.toThrow(
      'The key does not open',
    )
  })
})
