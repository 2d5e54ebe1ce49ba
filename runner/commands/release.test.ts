import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { createPrivateKey } from 'node:crypto'
import { drawSigningKey, signEnvelope } from '../attest/dsse.ts'
import { makeStatements, sha256 } from '../attest/make-statements.ts'
import { decide } from '../gate/decide.ts'
import { readPolicy } from '../gate/policy.ts'
import type { HoldoutScore } from '../holdout/score-holdout.ts'
import { Ledger } from '../holdout/feedback/ledger.ts'
import { openSqliteLedger } from '../holdout/feedback/sqlite-ledger.ts'
import type { ReleaseData } from '../release/release-data.ts'
import { madeScoring } from '../release/testing/made-scoring.ts'
import { hostileSweep } from '../report/testing/hostile-sweep.ts'
import { release, releaseHelp } from './release.ts'

let place: string
const file = (name: string): string => join(place, name)
const scoring = (yes: number, startedAt: string) =>
  madeScoring(
    Array.from({ length: 40 }, (_, i) => ({
      scenario: `case ${i}`,
      verdict: i < yes ? ('satisfied' as const) : ('unsatisfied' as const),
    })),
    { startedAt },
  )

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'release-command-'))
  const score = scoring(30, '2026-11-20T12:00:00.000Z')
  await writeFile(file('now.json'), JSON.stringify(score))
  await writeFile(file('last.json'), JSON.stringify(scoring(39, '2026-11-10T12:00:00.000Z')))
  await writeFile(file('first.json'), JSON.stringify(scoring(20, '2026-11-01T12:00:00.000Z')))
  await writeFile(file('sweep.json'), JSON.stringify(hostileSweep))
  await writeFile(file('policy.yaml'), 'minSatisfaction: 0.9\nnoEscapes: true\n')
  const ledger = await Ledger.open(openSqliteLedger(file('ledger.db')))
  const question = { project: 'herald', set: score.set.digest, author: 'ann', subject: 's' }
  const allowance = { cases: 40, questions: 50 }
  const ticket = await ledger.ask(question, allowance)
  await ledger.answer(ticket!, allowance, { score: 0.75, accepted: null })
  await ledger.close()
  await writeBundle(score)
})

async function writeBundle(score: HoldoutScore): Promise<void> {
  const { privateKey, publicKey } = drawSigningKey()
  const decision = decide(await readPolicy(file('policy.yaml')), { score, now: new Date() })
  const scoringDigest = sha256(JSON.stringify(score))
  const lines = (await makeStatements({ score, scoringDigest, decision })).map((one) =>
    JSON.stringify(signEnvelope(JSON.stringify(one), createPrivateKey(privateKey))),
  )
  await writeFile(file('desk.intoto.jsonl'), lines.join('\n'))
  await writeFile(file('release.pub'), publicKey)
}

afterAll(() => rm(place, { recursive: true }))
afterEach(() => vi.restoreAllMocks())

/** Runs the command, and returns what it wrote. */
async function run(...args: string[]): Promise<{ code: number; out: string }> {
  let out = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text)
    return true
  })
  const code = await release(args)
  vi.restoreAllMocks()
  return { code, out }
}

it('writes a page of all that it is given, for its owner alone', async () => {
  await writeFile(file('page.html'), 'something older', { mode: 0o644 })
  const given = {
    score: 'now.json',
    policy: 'policy.yaml',
    accepted: 'last.json',
    former: 'first.json',
    ledger: 'ledger.db',
    sweep: 'sweep.json',
    out: 'page.html',
  }
  const args = Object.entries(given).flatMap(([flag, name]) => [`--${flag}`, file(name)])
  const { code, out } = await run(...args)
  expect(code).toBe(0)
  expect(out).toContain('Herald: Rejected. 1 of 2 rules of the policy did not hold.')
  if (process.platform !== 'win32') {
    expect((await stat(file('page.html'))).mode & 0o777).toBe(0o600)
  }
  const page = await readFile(file('page.html'), 'utf8')
  expect(page).toContain('What it does when a dependency fails')
  expect(page).toContain('<bdi>ann</bdi>')
  expect(page).toContain('at least 90 % is asked of the lower end')
  expect(page).toContain('Holdout satisfaction over 3 scorings, from 50 % to 75 %')
})

it('gives the data as JSON, and then needs no page', async () => {
  const { out } = await run('--score', file('now.json'), '--ledger', file('ledger.db'), '--json')
  const data = JSON.parse(out) as ReleaseData
  expect(data).toMatchObject({ format: 'backlot.release/1', verdict: { word: 'undecided' } })
  expect(data.questions).toMatchObject([{ author: 'ann', questions: 1 }])
  expect(data.cases).toHaveLength(40)
  expect(data.attestation.state).toBe('absent')
})

it('warns of a ledger that ends before the scoring was entered', async () => {
  const warnings = async (rows: number) => {
    const score = JSON.parse(await readFile(file('now.json'), 'utf8'))
    const asked = { ledgerHead: { number: rows, hash: '' } }
    await writeFile(file('asked.json'), JSON.stringify({ ...score, asked }))
    const { out } = await run(
      '--score',
      file('asked.json'),
      '--ledger',
      file('ledger.db'),
      '--json',
    )
    return (JSON.parse(out) as ReleaseData).warnings
  }
  expect(await warnings(2)).toEqual([])
  expect(await warnings(3)).toEqual([
    'The ledger ends before this scoring was entered (2 rows of 3): it is an old copy or another one.',
  ])
})

it('says what it lacks', async () => {
  await expect(release([])).rejects.toThrow('Where is the page to go?')
  await expect(release(['--json'])).rejects.toThrow('The page is about a scoring.')
  const score = ['--score', file('now.json'), '--json']
  await expect(release([...score, 'more.json'])).rejects.toThrow('"more.json" is one too many.')
  await expect(release([...score, '--ledger', file('none.db')])).rejects.toThrow(
    'There is no such ledger.',
  )
  await expect(release([...score, '--accepted-attestation', 'x'])).rejects.toThrow(
    'There is no accepted version that this attestation could be about.',
  )
  await expect(release(['--score', file('sweep.json'), '--json'])).rejects.toThrow(
    'This is no scoring.',
  )
  await expect(
    release(['--score', file('now.json'), '--out', join(place, 'none', 'page.html')]),
  ).rejects.toThrow("The page can't be written")
  await expect(release(['--scores', 'x'])).rejects.toThrow('There is no flag "--scores".')
})

const doc = readFileSync(join(import.meta.dirname, '../../docs/release.md'), 'utf8')
const shown = /```sh release\n([\s\S]*?)```/
  .exec(doc)![1]!
  .split('\n')
  .map((line) => line.replace(/\s*#.*/, ''))
  .filter((line) => line !== '')

it.each(shown)('does what docs/release.md shows: %s', async (line) => {
  const names: Readonly<Record<string, string>> = { 'scoring.json': 'now.json' }
  const words = line.split(/\s+/).slice(2)
  const { code, out } = await run(
    ...words.map((word) => (/\.\w+$/.test(word) ? file(names[word] ?? word) : word)),
  )
  expect(code).toBe(0)
  expect(out).toContain('Herald')
  if (line.includes('--attestation')) {
    expect(await readFile(file('release.html'), 'utf8')).toContain('Signed and verified.')
  }
})

it('is documented with every flag that its help names', () => {
  const flags = (text: string) => new Set(text.match(/--[a-z-]+/g))
  const told = [...flags(releaseHelp)].filter((one) => one !== '--known-key')
  expect([...flags(doc)]).toEqual(expect.arrayContaining(told))
})
