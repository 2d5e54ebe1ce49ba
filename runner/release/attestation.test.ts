import { createPrivateKey, createPublicKey } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { drawSigningKey, keyIdOf, signEnvelope } from '../attest/dsse.ts'
import { makeStatements, sha256, type Scoring } from '../attest/make-statements.ts'
import { decide } from '../gate/decide.ts'
import { parseDocument } from '../read-document.ts'
import { readAttestation } from './attestation.ts'
import { makeRelease } from './make-release.ts'
import { renderRelease } from './page.ts'
import { madeScoring } from './testing/made-scoring.ts'

const now = new Date('2026-11-21T12:00:00Z')
const score: Scoring = {
  ...madeScoring(Array.from({ length: 30 }, (_, i) => ({ scenario: `case ${i}` }))),
  observed: {
    packages: [{ name: 'left-pad', version: '1.3.0', state: 'unknown' }],
    packagesSeen: { by: 'file opens', isWhole: true, lockfiles: [] },
  },
}
const policy = {
  file: 'policy.yaml',
  policy: { minSatisfaction: 0.5 },
  digest: 'f'.repeat(64),
  at: parseDocument('policy.yaml', 'minSatisfaction: 0.5').at,
}
const [mine, others] = [drawSigningKey(), drawSigningKey()]
let place: string
let query: Parameters<typeof readAttestation>[0]

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'attested-'))
  const decision = decide(policy, { score, now })
  const scoringDigest = sha256(JSON.stringify(score))
  const statements = await makeStatements({ score, scoringDigest, decision })
  const key = createPrivateKey(mine.privateKey)
  const lines = statements.map((one) => JSON.stringify(signEnvelope(JSON.stringify(one), key)))
  await writeFile(join(place, 'release.intoto.jsonl'), `${lines.join('\n')}\n`)
  await writeFile(join(place, 'mine.pub'), mine.publicKey)
  await writeFile(join(place, 'others.pub'), others.publicKey)
  query = {
    file: join(place, 'release.intoto.jsonl'),
    publicKeyFile: join(place, 'mine.pub'),
    score,
    policyDigest: policy.digest,
    now,
  }
})
afterAll(() => rm(place, { recursive: true }))

const myKeyId = () => keyIdOf(createPublicKey(mine.publicKey))

it('is verified by the key that signed it, and names the packages that were loaded', async () => {
  const found = await readAttestation(query)
  expect(found).toMatchObject({ state: 'verified', result: 'PASSED', keyIds: [myKeyId()] })
  expect(found.sentence).toBe(
    'The key has signed, about this subject, set and scoring, that the policy was held.',
  )
  expect(found.packages).toEqual(score.observed!.packages)
  const page = renderRelease(makeRelease({ score, attestation: found, now }))
  expect(page).toContain('Signed and verified.')
  expect(page).toContain(myKeyId())
})

it('is not verified without a key, and its own word for who signed it is told as such', async () => {
  const found = await readAttestation({ ...query, publicKeyFile: undefined })
  expect(found).toMatchObject({ state: 'unverified', keyIds: [myKeyId()], result: 'PASSED' })
  expect(found.packages).toBeUndefined()
  expect(renderRelease(makeRelease({ score, attestation: found, now }))).toContain(
    '(as the file claims)',
  )
})

it('is refused when another key is trusted', async () => {
  const found = await readAttestation({ ...query, publicKeyFile: join(place, 'others.pub') })
  expect(found).toMatchObject({ state: 'refused', keyIds: [] })
})

it('is refused when it is about another subject, set or scoring', async () => {
  const about = async (change: Partial<Scoring>) =>
    (await readAttestation({ ...query, score: { ...score, ...change } })).sentence
  expect(await about({ subject: { ...score.subject, digest: 'a'.repeat(64) } })).toContain(
    'about this subject',
  )
  expect(await about({ set: { ...score.set, digest: 'a'.repeat(64) } })).toContain(
    'another holdout',
  )
  expect(await about({ unplayed: 1 })).toContain('another scoring of this subject')
})

it('says when the policy is another one', async () => {
  const { sentence } = await readAttestation({ ...query, policyDigest: '0'.repeat(64) })
  expect(sentence).toContain('that another policy than the one shown here was held')
})
