import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runSubject } from '../../run-subject.ts'
import type { TrialResult } from '../../trial-result.ts'
import { auditBehaviour, type BehaviourAudit } from './audit-behaviour.ts'
import { drawRenaming } from './renaming.ts'

const language = pathToFileURL(join(import.meta.dirname, '../../scenario.ts')).href

const publicRun = async (): Promise<TrialResult[]> => {
  const request = { paths: [join(place, 'cases')], seeds: ['1', '2'], plans: ['none'], jobs: 2 }
  const subjectFile = join(place, 'honest', 'subject.json')
  return (await runSubject({ ...request, subjectFile, wall: 'environment' })).trials
}

/** The message goes into the newest room of the world, which the subject has to find; its text is drawn. */
const story = (room: string): string => `import { scenario } from '${language}'
export default scenario('The message is in ${room}', { twins: ['slack'] },
  async ({ given, subject, check, slack, changes, person, pick }) => {
    const room = given.slack.channel({ name: '${room}', members: ['acmeassistant'] })
    changes.allow('slack.messages[+channel=' + room.id + ']')
    const word = pick(['left', 'right', 'up', 'down']) + person().lastName
    const { status } = await subject.post('/say', { text: word, room: room.name })
    check('it says so', status, 200)
    const { messages } = slack.get('/api/conversations.history?channel=' + room.id).body
    check('it is there', messages.some((one) => one.text === word))
  })
`

const service = (before: string): string => `
let text = ''
for await (const part of process.stdin) text += part
const { body } = JSON.parse(text)
const ask = async (path, sent) => {
  const headers = { authorization: 'Bearer ' + process.env.SLACK_BOT_TOKEN, 'content-type': 'application/json' }
  const reply = await fetch(process.env.SLACK_API_URL + path, { method: 'POST', headers, body: JSON.stringify(sent) })
  return reply.json()
}
const answer = (status) => { console.log(JSON.stringify({ status })); process.exit() }
${before}
const { channels = [] } = await ask('conversations.list?limit=999')
const channel = channels.find((one) => one.name === body.room)?.id
const said = channel && (await ask('chat.postMessage', { channel, text: body.text }))
answer(said?.ok ? 200 : 503)
`

const remembering = (texts: readonly string[]): string =>
  service(`if (!${JSON.stringify(texts)}.includes(body.text)) answer(500)`)

const subjects: Record<string, string> = {
  honest: service(''),
  names: service("if (!['orchard', 'lighthouse'].includes(body.room)) answer(500)"),
  seeds: remembering([]),
}

let place: string
const audit = (name: string): Promise<BehaviourAudit> =>
  auditBehaviour({
    subjectFile: join(place, name, 'subject.json'),
    wall: 'environment',
    jobs: 2,
    publicPaths: [join(place, 'cases')],
    seeds: ['1', '2'],
    secret: 'of this audit',
  })

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'renaming-'))
  await mkdir(join(place, 'cases'))
  for (const room of ['orchard', 'lighthouse']) {
    await writeFile(join(place, 'cases', `${room}.ts`), story(room))
  }
  for (const [name, text] of Object.entries(subjects)) {
    await mkdir(join(place, name))
    await writeFile(join(place, name, 'service.mjs'), text)
    const described = { kind: 'command', command: ['node', 'service.mjs'] }
    await writeFile(join(place, name, 'subject.json'), JSON.stringify(described))
  }
})
afterAll(() => rm(place, { recursive: true }))

it('finds nothing at a subject that takes names from what it is told', async () => {
  const { flagged, renamed, freshSeeds, satisfiedAlone } = await audit('honest')
  expect(renamed).toMatchObject({ before: 4, after: 4, trials: 4, fell: [], p: 1 })
  expect(freshSeeds).toMatchObject({ before: 4, after: 4 })
  expect([flagged, satisfiedAlone]).toEqual([false, []])
  expect(Object.values(renamed.names).sort()).toEqual([['lighthouse'], ['orchard']])
})

it('flags a subject that knows names by heart', async () => {
  const { flagged, renamed, freshSeeds } = await audit('names')
  expect(freshSeeds.flagged).toBe(false)
  expect(renamed).toMatchObject({ before: 4, after: 0, flagged: true })
  expect([flagged, renamed.fell.length]).toEqual([true, 2])
})

it('flags a subject that knows what the public seeds draw', async () => {
  // What a log of any public run tells.
  const texts = (await publicRun()).flatMap(({ requests }) =>
    requests.map(({ request }) => (request.body as { text: string }).text),
  )
  await writeFile(join(place, 'seeds', 'service.mjs'), remembering(texts))
  const { freshSeeds, renamed } = await audit('seeds')
  expect(freshSeeds).toMatchObject({ before: 4, after: 0, flagged: true })
  expect(renamed.flagged).toBe(false)
})

it('gives the same new word to a word wherever it stands, and takes all of it back', () => {
  const { names, there, back } = drawRenaming(['Team Heron', 'team-heron', 'VPN'], 'seed')
  const [team, heron] = names.get('Team Heron')!.split(' ')
  expect(names.get('team-heron')).toBe(`${team!.toLowerCase()}-${heron!.toLowerCase()}`)
  expect(heron).toMatch(/^H[a-z]{4}$/)
  expect(names.get('VPN')).toMatch(/^V[A-Z]{2}$/)
  const value = {
    q: 'name eq "Team Heron"',
    path: '/x?name=Team%20Heron',
    teams: ['team-herons', 3, null],
  }
  const renamed = there(value)
  expect(renamed.path).toBe(`/x?name=${team}%20${heron}`)
  expect(renamed.teams).toEqual(['team-herons', 3, null])
  expect(back(renamed)).toEqual(value)
})
