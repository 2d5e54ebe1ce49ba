import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findHelp } from '../commands.ts'
import { overview } from '../overview.ts'
import type { MutantsResult } from '../mutants/result.ts'
import type { ShrunkTrial } from '../shrink/tell.ts'
import type { SweepResult } from '../sweep/sweep.ts'
import { createWorkplace, language } from '../testing/workplace.ts'
import type { TrialResult } from '../trial-result.ts'

const { folder, write, backlot, end } = createWorkplace()
afterAll(end)

beforeAll(() => {
  write(
    'scenarios/greeted.ts',
    `import { scenario } from '${language}'
export default scenario('Greeted once', { twins: ['slack'] }, async ({ given, subject, check, slack, changes }) => {
  const channel = given.slack.channel({ name: 'hello', topic: 'Hi' })
  given.slack.channel({ name: 'elsewhere' })
  changes.allow('slack.messages[+]')
  await subject.post('/joined', { channel: channel.id })
  const { messages } = slack.get('/api/conversations.history?channel=' + channel.id).body
  check('greeted once', messages.length, 1)
})
`,
  )
  write(
    'greeter.mjs',
    `export default async ({ body }, { env, fetch }) => {
  const post = () => fetch(env.SLACK_API_URL + 'chat.postMessage', {
    method: 'POST',
    headers: { authorization: 'Bearer ' + env.SLACK_BOT_TOKEN, 'content-type': 'application/json' },
    body: JSON.stringify({ channel: body.channel, text: process.env.MOOD ?? 'hi' }),
  })
  for (let tries = 0; tries < 3; tries++) {
    const reply = await post().catch(() => undefined)
    if (reply?.ok) return { status: 200 }
  }
  return { status: 500 }
}
`,
  )
  write('subject.json', '{ "kind": "module", "module": "greeter.mjs" }')
  // Says something else each time.
  write(
    'moody.mjs',
    `import greet from './greeter.mjs'
export default (request, around) => {
  process.env.MOOD = String(Math.random())
  return greet(request, around)
}
`,
  )
  write('moody.json', '{ "kind": "module", "module": "moody.mjs" }')
})

const lost = 'greeted@1+lost-after-write@slack.chat.postMessage+slow'
const subject = ['--subject', 'subject.json'] as const

describe('backlot replay', () => {
  it('stops at an exchange and shows the world then', async () => {
    const { code, out } = await backlot('replay', lost, ...subject, '--until', '1', '--json')
    expect(code).toBe(0)
    const told = JSON.parse(out) as {
      exchanges: { kind: string }[]
      changes: { table: string; by: number[] }[]
    }
    expect(told.exchanges.map(({ kind }) => kind)).toEqual(['call', 'event'])
    expect(told.changes.find(({ table }) => table === 'slack.messages')?.by).toEqual([1])
    const beyond = await backlot('replay', lost, ...subject, '--until', '99')
    expect([beyond.code, beyond.err]).toEqual([2, expect.stringContaining('no exchange 99')])
  })

  // A busy machine can make a subject seem to wait half a second.
  it('is held against what was recorded', { retry: 2 }, async () => {
    const recorded = await backlot('replay', lost, ...subject, '--json')
    expect(recorded.code).toBe(1)
    writeFileSync(join(folder, 'result.json'), recorded.out)
    const same = await backlot('replay', lost, ...subject, '--against', 'result.json')
    expect([same.code, same.out]).toEqual([0, expect.stringContaining('the same as recorded')])
    const trial = JSON.parse(recorded.out) as TrialResult
    trial.exchanges[0]!.status = 418
    writeFileSync(join(folder, 'result.json'), JSON.stringify({ trials: [trial] }))
    const other = await backlot('replay', lost, ...subject, '--against', 'result.json')
    expect(other.code).toBe(1)
    expect(other.out).toContain('exchange 1 differs in its status')
    expect(other.out).toContain('Two replays were the same')
    const moody = await backlot(
      'replay',
      lost,
      '--subject',
      'moody.json',
      '--against',
      'result.json',
    )
    expect(moody.out).toContain('The subject is not deterministic')
    const unknown = await backlot('replay', 'greeted@7', ...subject, '--against', 'result.json')
    expect([unknown.code, unknown.err]).toEqual([
      2,
      expect.stringContaining('no trial "greeted@7"'),
    ])
  })
})

describe('backlot shrink', () => {
  it('writes a plan that plays again, and fails in the same way', async () => {
    const { code, out } = await backlot('shrink', lost, ...subject, '--out', 'least.json', '--json')
    expect(code).toBe(0)
    const told = JSON.parse(out) as ShrunkTrial
    expect(told).toMatchObject({ trial: 'greeted@1+least.json', isMinimal: true })
    expect(told.after).toMatchObject({ faults: 1, given: 1 })
    const plan = JSON.parse(readFileSync(join(folder, 'least.json'), 'utf8')) as {
      cut: { given: string[] }
    }
    expect(plan.cut.given).toEqual(['slack.channel#2'])
    const again = await backlot('replay', told.trial, ...subject)
    expect([again.code, again.out]).toEqual([1, expect.stringContaining('not so: greeted once')])
    const sound = await backlot('shrink', 'greeted@1', ...subject)
    expect([sound.code, sound.err]).toEqual([2, expect.stringContaining('does not fail')])
  })
})

describe('backlot sweep and backlot mutants', () => {
  it('tell as text and as JSON, with trials that can be played again', async () => {
    const swept = await backlot(
      'sweep',
      ...subject,
      '--failures',
      'lost-after-write,server-error',
      '--json',
    )
    expect(swept.code).toBe(1)
    const { rows } = JSON.parse(swept.out) as SweepResult
    const [cell] = rows.find(({ op }) => op === 'chat.postMessage')!.cells
    expect(cell).toMatchObject({ outcome: 'duplicate writes' })
    const again = await backlot('replay', cell!.trial, ...subject)
    expect(again.code).toBe(1)
    const wrong = await backlot('sweep', ...subject, '--failures', 'flaki')
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('Did you mean "flaky"')])
  })

  it('name what is not noticed', async () => {
    const args = ['mutants', ...subject, '--side', 'subject', '--min', '1'] as const
    const played = await backlot(...args, '--json')
    const result = JSON.parse(played.out) as MutantsResult
    const fates = new Map(result.mutants.map(({ id, fate }) => [id, fate]))
    expect(fates.get('slack.chat.postMessage:dropped')).toBe('noticed')
    expect(fates.get('slack.chat.postMessage:repeated')).toBe('noticed')
    // Nobody looks at the text.
    expect(fates.get('slack.chat.postMessage:argument:text')).toBe('survived')
    expect(played.code).toBe(1)
    const one = await backlot('mutants', ...subject, '--only', 'slack.chat.postMessage:dropped')
    expect([one.code, one.out]).toEqual([0, expect.stringContaining('100 %')])
    const none = await backlot('mutants', ...subject, '--only', 'no.such:one')
    expect(none.code).toBe(2)
  })
})

describe('the page about analyses', () => {
  it('names no flag that there is not', async () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/analyses.md'), 'utf8')
    for (const [, name, flags] of page.matchAll(/^(?:\$ )?backlot (\w+) (.*)$/gm)) {
      const help = await findHelp(name!)
      for (const [flag] of flags!.matchAll(/--[a-z-]+/g))
        expect([name, help]).toEqual([name, expect.stringContaining(flag)])
    }
  })
})

describe('help', () => {
  it('of every analysis stands in the overview', async () => {
    for (const name of ['replay', 'shrink', 'sweep', 'mutants', 'prove']) {
      expect(await findHelp(name)).toMatch(new RegExp(`^backlot ${name} `))
      expect(overview).toContain(`backlot ${name} `)
    }
  })
})
