import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createWorkplace, language } from '../testing/workplace.ts'
import type { Proof } from './prove.ts'

const { write, backlot, run, end } = createWorkplace()
afterAll(end)

const scenario = (name: string, check: string): string => `import { scenario } from '${language}'
export default scenario('${name}', { twins: ['slack'] }, async ({ given, subject, check, journal, changes }) => {
  const channel = given.slack.channel({ name: 'hello' })
  changes.allow('slack.messages[+]')
  const { status } = await subject.post('/joined', { channel: channel.id })
  const told = journal.calls('slack', 'chat.postMessage').length
  ${check}
})
`
const greeter = (times: number, status: number): string => `import { word } from 'lent'
export default async ({ body }, { env, fetch }) => {
  for (let i = 0; i < ${times}; i++) await fetch(env.SLACK_API_URL + 'chat.postMessage', {
    method: 'POST',
    headers: { authorization: 'Bearer ' + env.SLACK_BOT_TOKEN, 'content-type': 'application/json' },
    body: JSON.stringify({ channel: body.channel, text: word }),
  })
  return { status: ${status} }
}
`

beforeAll(async () => {
  write('scenarios/once.ts', scenario('Greeted once', "check('greeted once', told, 1)"))
  write(
    'scenarios/polite.ts',
    scenario('Polite', "check('thanked', [told > 0, status], [true, 200])"),
  )
  write('.gitignore', 'node_modules\n')
  write(
    'node_modules/lent/package.json',
    '{ "name": "lent", "type": "module", "exports": "./lent.js" }',
  )
  write('node_modules/lent/lent.js', "export const word = 'hi'\n")
  write('app/subject.json', '{ "kind": "module", "module": "greeter.mjs" }')
  const git = (...args: string[]) =>
    run('git', '-c', 'user.name=Ada', '-c', 'user.email=ada@acme.example', ...args)
  await git('init', '-q')
  for (const [times, status] of [
    [2, 200],
    [1, 200],
    [1, 500],
  ] as const) {
    write('app/greeter.mjs', greeter(times, status))
    await git('add', '.')
    await git('commit', '-q', '-m', `${times} ${status}`)
  }
})

async function proof(
  before: string,
  after: string,
  ...more: string[]
): Promise<[number | null, Proof]> {
  const args = ['--before', before, '--after', after, '--trials', '1', '--json', ...more]
  const { code, out, err } = await backlot('prove', ...args)
  expect(err).toBe('')
  return [code, JSON.parse(out) as Proof]
}

const ids = (group: readonly { scenario: string }[]): string[] => group.map((one) => one.scenario)

describe('backlot prove', () => {
  it('is green when what failed before passes now, and leaves no worktree behind', async () => {
    const left = new Set(readdirSync(tmpdir()))
    const [code, told] = await proof('HEAD~2:app/subject.json', 'HEAD~1:./app/subject.json')
    expect(code).toBe(0)
    expect(told).toMatchObject({
      proved: true,
      missing: [],
      before: { commit: expect.stringMatching(/^[0-9a-f]{40}$/) },
    })
    expect([ids(told.fixed), ids(told.unchanged)]).toEqual([['once'], ['polite']])
    expect((await run('git', 'worktree', 'list')).out.trim().split('\n')).toHaveLength(1)
    const now = readdirSync(tmpdir()).filter((name) => name.startsWith('backlot-prove-'))
    expect(now.filter((name) => !left.has(name))).toEqual([])
  })

  it('says what broke, though what failed before passes', async () => {
    const [code, told] = await proof('HEAD~2:app/subject.json', 'app/subject.json')
    expect(code).toBe(1)
    expect([ids(told.fixed), ids(told.newlyBroken)]).toEqual([['once'], ['polite']])
    expect(told.missing).toEqual(['broken by the change: polite'])
    expect(told.newlyBroken[0]).toMatchObject({ trial: 'polite@1', why: 'not so: thanked' })
  })

  it('proves nothing where nothing failed, and names what still fails', async () => {
    const [same, told] = await proof('HEAD~1:app/subject.json', 'HEAD~1:app/subject.json')
    expect([same, told.missing[0]]).toEqual([1, expect.stringContaining('nothing failed before')])
    const [worse, second] = await proof(
      'app/subject.json',
      'HEAD:app/subject.json',
      '--scenario',
      'polite',
    )
    expect([worse, ids(second.stillFailing), ids(second.unchanged)]).toEqual([1, ['polite'], []])
  })

  it('says what can not be checked out', async () => {
    for (const [before, word] of [
      ['HEAD~1:no.json', 'has no file "no.json"'],
      ['nobranch:app/subject.json', "can't be checked out"],
      ['nowhere.json', 'There is no file'],
    ] as const) {
      const { code, err } = await backlot(
        'prove',
        '--before',
        before,
        '--after',
        'app/subject.json',
      )
      expect([code, err]).toEqual([2, expect.stringContaining(word)])
    }
  })
})
