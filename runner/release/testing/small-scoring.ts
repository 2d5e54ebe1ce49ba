import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { scoreHoldout, type HoldoutScore } from '../../holdout/score-holdout.ts'
import { drawKeyPair } from '../../holdout/seal/age.ts'
import { openSet, type OpenSet } from '../../holdout/seal/open-set.ts'
import { readCaseFiles } from '../../holdout/seal/read-case-files.ts'
import { writeSet } from '../../holdout/seal/sealed-set.ts'

/** A message that must come once. */
const story = (name: string, tag: string): string => `import { scenario } from 'backlot/scenario'
export default scenario('News are told once: ${name}', { twins: ['slack'], tags: ['${tag}'] },
  async ({ subject, given, check, slack, changes }) => {
    const channel = given.slack.channel({ name: '${name}', members: ['acmeassistant'] })
    changes.allow('slack.messages[+]')
    await subject.post('/news', { channel: channel.id, text: 'It is ready.' })
    const { messages } = slack.get('/api/conversations.history?channel=' + channel.id).body
    const told = messages.filter((one: { text: string }) => one.text === 'It is ready.')
    check('the channel hears of it', told.length > 0)
    check('it is told once, not twice', told.length < 2)
  })
`

/** The same for everybody to see. */
const publicStory = `scenario: 'News are told once: lobby'
twins: [slack]
tags: [inside]
steps:
  - given: slack.channel
    with: { name: lobby, members: [acmeassistant] }
    as: room
  - allow: ['slack.messages[+]']
  - when: there are news
    ask: POST /news
    with: { channel: '\${room.id}', text: It is ready. }
  - look: slack GET /api/conversations.history?channel=\${room.id}
    at: messages[text=It is ready.]
    as: told
  - then: it is told once, not twice
    value: \${told}
    count: 1
`

/** Tells again whatever was not answered, whether it happened or not. */
const hasty = `
let text = ''
for await (const part of process.stdin) text += part
const { body } = JSON.parse(text)
const headers = { authorization: 'Bearer ' + process.env.SLACK_BOT_TOKEN, 'content-type': 'application/json; charset=utf-8' }
const tell = () => fetch(process.env.SLACK_API_URL + 'chat.postMessage', { method: 'POST', headers, body: JSON.stringify(body) })
for (let i = 0; i < 3; i++) {
  try {
    const reply = await (await tell()).json()
    if (reply.ok) break
  } catch {}
}
console.log(JSON.stringify({ status: 200, body: {} }))
`

/** Looks whether it was told before it tells again. */
const careful = hasty
  .replace(
    'if (reply.ok) break\n  } catch {}',
    'if (reply.ok) break\n  } catch { if (await isTold()) break }',
  )
  .replace(
    'for (let i',
    `const isTold = async () => {
  const url = process.env.SLACK_API_URL + 'conversations.history?channel=' + body.channel
  const { messages } = await (await fetch(url, { headers })).json()
  return messages.some((one) => one.text === body.text)
}
for (let i`,
  )

const heralds = { hasty, careful } as const

/**
 * Plays real scorings of three sealed cases and a public one, one for each herald: the hasty one
 * repeats a write when its answer is lost, the careful one looks first.
 */
export async function playSmallScorings(
  names: readonly (keyof typeof heralds)[],
): Promise<HoldoutScore[]> {
  const place = await mkdtemp(join(tmpdir(), 'release-'))
  try {
    const set = await sealCases(place)
    const scores: HoldoutScore[] = []
    for (const name of names) {
      await writeFile(join(place, 'main.mjs'), heralds[name])
      scores.push(
        await scoreHoldout({
          subjectFile: join(place, 'subject.json'),
          set,
          publicPaths: [join(place, 'lobby.yaml')],
          // Which calls are struck is drawn anew each time: with so many, some are.
          trials: 4,
          plans: ['none', 'lost-after-write'],
          jobs: 2,
          secret: 'of this scoring',
          wall: 'environment',
        }),
      )
    }
    return scores
  } finally {
    await rm(place, { recursive: true })
  }
}

async function sealCases(place: string): Promise<OpenSet> {
  const file = (name: string): string => join(place, name)
  const sealed = ['attic', 'cellar', 'garden']
  await writeFile(file('lobby.yaml'), publicStory)
  for (const name of sealed) {
    await writeFile(file(`${name}.ts`), story(name, name === 'garden' ? 'outside' : 'inside'))
  }
  const described = { name: 'Herald', kind: 'command', command: ['node', 'main.mjs'] }
  await writeFile(file('subject.json'), JSON.stringify(described))
  const { identity, recipient } = await drawKeyPair()
  await writeFile(file('key'), identity, { mode: 0o600 })
  const now = new Date()
  const paths = sealed.map((name) => file(`${name}.ts`))
  const cases = await readCaseFiles(paths, { tags: [], now })
  await writeSet(file('set'), cases, { recipients: [recipient], now })
  return openSet({ folder: file('set'), keyFile: file('key') })
}
