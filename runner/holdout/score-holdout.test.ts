import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { wilson, type Score } from '../score.ts'
import { gapBetween } from './gap.ts'
import { scoreHoldout, type HoldoutRequest } from './score-holdout.ts'
import { drawKeyPair } from './seal/age.ts'
import { openSet } from './seal/open-set.ts'
import { readCaseFiles } from './seal/read-case-files.ts'
import { writeSet } from './seal/sealed-set.ts'

let place: string
let request: HoldoutRequest

/** A room that must be opened; `name` is what the public case asks for every time. */
const story = (name: string): string => `import { scenario } from 'backlot/scenario'
export default scenario('A room is opened: ${name}', { twins: ['slack'], tags: ['rooms'] },
  async ({ subject, check, slack, changes }) => {
    changes.allow('slack.channels[+]', 'slack.memberships[+]', 'slack.messages[+]')
    await subject.post('/rooms', { name: '${name}' })
    const { channels } = slack.get('/api/conversations.list?limit=999').body
    check('it is there', channels.some((one: { name: string }) => one.name === '${name}'))
  })
`

/** Knows the public room by heart and no other; tells on stderr what a subject can see of a trial. */
const cheat = `
let text = ''
for await (const part of process.stdin) text += part
const { name } = JSON.parse(text).body
const token = process.env.SLACK_BOT_TOKEN
if (name === 'lobby') {
  const headers = { authorization: 'Bearer ' + token, 'content-type': 'application/json; charset=utf-8' }
  const body = JSON.stringify({ name })
  await fetch(process.env.SLACK_API_URL + 'conversations.create', { method: 'POST', headers, body })
}
console.log(JSON.stringify({ status: 200, body: {} }))
`

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'scoring-'))
  const file = (name: string): string => join(place, name)
  await writeFile(file('lobby.yaml'), publicStory)
  await writeFile(file('attic.ts'), story('attic'))
  await writeFile(file('cellar.ts'), story('cellar'))
  await writeFile(file('cheat.mjs'), cheat)
  const subject = { kind: 'command', command: ['node', 'cheat.mjs'] }
  await writeFile(file('subject.json'), JSON.stringify(subject))
  const { identity, recipient } = await drawKeyPair()
  await writeFile(file('key'), identity, { mode: 0o600 })
  const now = new Date()
  const cases = await readCaseFiles([file('attic.ts'), file('cellar.ts')], { tags: [], now })
  await writeSet(file('set'), cases, { recipients: [recipient], now })
  request = {
    subjectFile: file('subject.json'),
    set: await openSet({ folder: file('set'), keyFile: file('key') }),
    publicPaths: [file('lobby.yaml')],
    trials: 2,
    plans: ['none'],
    jobs: 2,
    secret: 'of this scoring',
    wall: 'environment',
  }
})
afterAll(() => rm(place, { recursive: true }))

const publicStory = `scenario: A room is opened
twins: [slack]
tags: [rooms]
steps:
  - allow: ['slack.channels[+]', 'slack.memberships[+]', 'slack.messages[+]']
  - when: a room is asked for
    ask: POST /rooms
    with: { name: lobby }
  - look: slack GET /api/conversations.list?limit=999
    at: channels[name=lobby]
    as: rooms
  - then: it is there
    value: \${rooms}
    count: 1
`

it('shows how far the public case flatters a subject that knows it by heart', async () => {
  const { public: seen, holdout, gap, byTag, names, leaks, result } = await scoreHoldout(request)
  expect(leaks).toEqual([])
  expect([seen.satisfaction, holdout.satisfaction]).toEqual([1, 0])
  expect(gap).toMatchObject({ value: 1 })
  expect(byTag.map(({ name, score }) => [name, score.unsatisfied])).toEqual([['rooms', 4]])
  expect(Object.values(names).filter(({ sealed }) => sealed)).toHaveLength(2)
  expect(result.trials.every(({ id }) => /^case-\d{4}@[0-9a-f]{16}$/.test(id))).toBe(true)
})

it('draws another order and other seeds for every scoring', async () => {
  const [one, two] = await Promise.all(
    ['a', 'b'].map((secret) => scoreHoldout({ ...request, secret })),
  )
  expect(one!.result.run.seeds).not.toEqual(two!.result.run.seeds)
})

it('refuses to run code in the process that holds the cases', async () => {
  const file = join(place, 'module.mjs')
  await writeFile(file, 'export default () => ({ status: 200 })')
  await expect(scoreHoldout({ ...request, subjectFile: file })).rejects.toThrow(
    'A module runs in the process that holds the sealed cases.',
  )
})

it("gives the published interval of Newcombe's example", () => {
  const of = (yes: number, n: number): Score => ({
    satisfied: yes,
    unsatisfied: n - yes,
    inconclusive: 0,
    scenarios: 1,
    satisfaction: yes / n,
    interval: { ...wilson(yes, n), method: 'wilson' },
  })
  // Newcombe 1998, table II, (a) 56/70 - 48/80, method 10: +0.0524 to +0.3339.
  const gap = gapBetween(of(56, 70), of(48, 80))!
  expect([gap.value, gap.low, gap.high].map((one) => one.toFixed(4))).toEqual([
    '0.2000',
    '0.0524',
    '0.3339',
  ])
  expect(gap.significant).toBe(true)
})

it('notices a subject that says what stands in a sealed case only', async () => {
  const canary = request.set.canaries[0]!
  await writeFile(join(place, 'cheat.mjs'), `console.error('${canary}')\n${cheat}`)
  const { leaks } = await scoreHoldout(request)
  const id = [...request.set.cases.values()].find((one) => one.canary === canary)!.id
  expect(leaks).toContainEqual(
    expect.objectContaining({ where: 'output', case: id, what: 'canary' }),
  )
  await writeFile(join(place, 'cheat.mjs'), cheat)
})
