import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createChance, drawFraction } from '../../../engine/chance.ts'
import { probeForTests } from '../../testing/lane-stage.ts'
import { scoreHoldout, type HoldoutRequest } from '../score-holdout.ts'
import { drawKeyPair } from '../seal/age.ts'
import { openSet } from '../seal/open-set.ts'
import { readCaseFiles } from '../seal/read-case-files.ts'
import { writeSet } from '../seal/sealed-set.ts'
import { binomialTail } from './binomial-tail.ts'
import { distinguish, type Observation } from './distinguish.ts'
import { spyProgram } from './spy.ts'

const stories = 24
let place: string
let request: HoldoutRequest
const probe = await probeForTests()

/** Stories of one kind, as a set and the public cases beside it are: each is played once open and once sealed. */
const story = (language: string, i: number): string => `import { scenario } from '${language}'
export default scenario('Something is said, ${i}', { twins: ['slack'] }, async ({ given, person, random, subject, check }) => {
  given.slack.channel({ name: 'room-' + random(10, 99), members: ['acmeassistant'] })
  check('never', (await subject.post('/say', { to: person().email, times: random(1, ${3 + (i % 5)}) })).status, 201)
})
`

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'blind-'))
  const file = (...path: string[]): string => join(place, ...path)
  for (const folder of ['open', 'closed', 'spy']) await mkdir(file(folder))
  const language = pathToFileURL(join(import.meta.dirname, '../../scenario.ts')).href
  for (let i = 0; i < stories; i++) {
    await writeFile(file('open', `story-${i}.ts`), story(language, i))
    await writeFile(file('closed', `story-${i}.ts`), story('backlot/scenario', i))
  }
  await writeFile(file('spy', 'spy.mjs'), spyProgram)
  await writeFile(
    file('spy', 'subject.json'),
    JSON.stringify({ kind: 'command', command: ['node', 'spy.mjs'] }),
  )
  const { identity, recipient } = await drawKeyPair()
  await writeFile(file('key'), identity, { mode: 0o600 })
  const cases = await readCaseFiles([file('closed')], { tags: [], now: new Date() })
  await writeSet(file('set'), cases, { recipients: [recipient], now: new Date() })
  request = {
    subjectFile: file('spy', 'subject.json'),
    set: await openSet({ folder: file('set'), keyFile: file('key') }),
    publicPaths: [file('open')],
    trials: 1,
    plans: ['none'],
    jobs: 2,
    secret: 'of this test',
    wall: 'tools' in probe ? 'lane' : 'environment',
  }
})
afterAll(() => rm(place, { recursive: true }))

let observed: Promise<Observation[]> | undefined
const observe = (): Promise<Observation[]> => (observed ??= spyOut())

async function spyOut(): Promise<Observation[]> {
  const { result, names } = await scoreHoldout(request)
  return result.trials.map(({ scenario, requests }) => {
    const { name, sealed } = names[scenario]!
    const group = /story-\d+/.exec(name)![0]
    return { seen: requests[0]!.reply.body, isSealed: sealed, group }
  })
}

it('lets nothing that a subject sees tell sealed from public trials', async () => {
  const observations = await observe()
  expect(observations).toHaveLength(2 * stories)
  expect(observations.filter(({ isSealed }) => isSealed)).toHaveLength(stories)
  for (const { seen } of observations)
    expect(seen).toMatchObject({ env: {}, calls: [{ status: 200 }, {}, {}, {}] })
  const { distinguishers, tell, isBlind } = distinguish(observations)
  expect(isBlind, JSON.stringify({ distinguishers, tell })).toBe(true)
}, 120_000)

const leaks: Record<string, (observation: Observation, i: number) => object> = {
  'a word in a setting': ({ isSealed }, i) => ({
    env: { TRIAL: `${isSealed ? 'holdout' : 'public'}-${i}` },
  }),
  'a letter more in a token': ({ isSealed }, i) => ({
    token: `xoxb-${'7'.repeat(isSealed ? 13 : 12)}${i % 9}`,
  }),
  'one kind after the other': ({ isSealed }, i) => ({
    now: (isSealed ? 5000 : 0) + ((i * 7919) % 4000),
  }),
  'a file that lies there': ({ isSealed }) => ({ temp: isSealed ? ['a', 'key'] : ['a'] }),
}

it.each(Object.keys(leaks))(
  'notices %s',
  async (name) => {
    const leaky = (await observe()).map((one, i) => ({
      ...one,
      seen: { ...(one.seen as object), leaked: leaks[name]!(one, i) },
    }))
    const { isBlind, tell } = distinguish(leaky)
    expect(isBlind).toBe(false)
    expect(tell.column).toMatch(/^\.leaked/)
  },
  120_000,
)

it('takes noise for a sign no more often than it says', () => {
  const chance = createChance('noise')
  const alarms = Array.from({ length: 60 }, () => {
    const noise = Array.from({ length: 40 }, (_, i): Observation => {
      const seen = Array.from({ length: 12 }, () => drawFraction(chance))
      return { seen, isSealed: i % 2 === 0, group: String(i >> 1) }
    })
    return distinguish(noise).isBlind ? 0 : 1
  })
  expect(alarms.filter((one) => one === 1).length).toBeLessThanOrEqual(1)
})

it('gives the exact tail of fair coins', () => {
  expect(binomialTail(0, 10)).toBeCloseTo(1, 12)
  expect(binomialTail(9, 10)).toBeCloseTo(11 / 1024, 12)
  expect(binomialTail(10, 10)).toBeCloseTo(1 / 1024, 12)
})
