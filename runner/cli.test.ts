import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunResult } from './report/result.ts'
import type { TrialResult } from './trial-result.ts'

const launcher = join(import.meta.dirname, '..', 'bin', 'backlot.js')
const language = pathToFileURL(join(import.meta.dirname, 'scenario.ts')).href
const folder = mkdtempSync(join(tmpdir(), 'cli-'))
afterAll(() => rmSync(folder, { recursive: true }))

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text)
}

interface Said {
  code: number | null
  out: string
  err: string
}

function backlot(...args: string[]): Promise<Said> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [launcher, ...args], { cwd: folder })
    let [out, err] = ['', '']
    child.stdout.on('data', (data: Buffer) => (out += String(data)))
    child.stderr.on('data', (data: Buffer) => (err += String(data)))
    child.on('close', (code) => resolve({ code, out, err }))
  })
}

beforeAll(() => {
  write(
    'greeted.ts',
    `import { scenario } from '${language}'
export default scenario('A newcomer is greeted once', { twins: ['slack'] }, async (kit) => {
  const { given, subject, step, check, journal, changes } = kit
  const channel = given.slack.channel({ name: 'hello' })
  changes.allow('slack.messages[+]')
  await step('somebody joins', () => subject.post('/joined', { channel: channel.id }))
  check('greeted once', journal.calls('slack', 'chat.postMessage').length, 1)
})
`,
  )
  write(
    'greeter.mjs',
    `export default async ({ body }, { env, fetch }) => {
  const post = () => fetch(env.SLACK_API_URL + 'chat.postMessage', {
    method: 'POST',
    headers: { authorization: 'Bearer ' + env.SLACK_BOT_TOKEN, 'content-type': 'application/json' },
    body: JSON.stringify({ channel: body.channel, text: 'hi' }),
  })
  for (let tries = 0; tries < 3; tries++) {
    const reply = await post().catch(() => undefined)
    if (reply?.ok) return { status: 200 }
  }
  return { status: 500 }
}
`,
  )
  const places = '{ "twin": "slack", "on": "write", "at": 1, "action": { "kind": "drop-after" } }'
  write('lost.json', `{ "faults": [${places}] }`)
  write('syntax.ts', 'export default {\n  oops oops\n}\n')
})

describe('backlot', () => {
  it('teaches', async () => {
    const { code, out } = await backlot()
    expect(code).toBe(0)
    for (const command of ['up', 'run', 'replay', 'twins', 'demo']) {
      expect(out).toContain(`backlot ${command}`)
      const help = await backlot(command, '--help')
      expect(help.out).toMatch(new RegExp(`^backlot ${command}`))
      expect(help.code).toBe(0)
    }
    expect((await backlot('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it.each([
    [['rum'], 'There is no command "rum". Did you mean "run"? See backlot --help.'],
    [
      ['run', '--subjct', 'x'],
      'There is no flag "--subjct". Did you mean "--subject"? See backlot run --help.',
    ],
    [['run', '--subject'], /argument missing\. See backlot run --help/],
    [['run', 'greeted.ts'], /^--subject: Which code is to be run\?/],
    [['run', '--subject', 'gone.json'], /gone\.json: There is no such file\./],
    [
      ['run', 'nowhere', '--subject', 'greeter.mjs'],
      /There is no scenario file or folder "nowhere"/,
    ],
    [
      ['run', '--subject', 'greeter.mjs', '--trials', 'many'],
      '--trials: "many" is no whole number from 1.',
    ],
    [
      ['run', '--subject', 'greeter.mjs', '--faults', 'flakey'],
      /^--faults: .*Did you mean "flaky"\?/,
    ],
    [
      ['run', '--subject', 'greeter.mjs', '--min-depth', 'deep'],
      /^--min-depth: There is no depth "deep"/,
    ],
    [['run', '--subject', 'greeter.mjs', '--faults', ','], /^--faults: Which fault plan\?/],
    [['run', '--subject', 'greeter.mjs', '--seed', '-5'], /--seed: .*: --seed=-1\./],
    [
      ['run', 'greeted.ts', '--subject', 'greeter.mjs', '--report', '/proc/no/x.html'],
      /^\/proc\/no\/x\.html \(--report\): The report can't be written: ENOENT/,
    ],
    [
      ['run', '--subject', 'greeter.mjs', '--report', 'x.pdf'],
      /^--report: "x.pdf" does not end with \.html/,
    ],
    [['replay'], 'Replay takes one trial. See backlot replay --help.'],
    [
      ['replay', 'nothing', '--subject', 'greeter.mjs'],
      /"nothing" is no trial\. A trial is scenario@seed/,
    ],
    [['twins', '--twin', 'slak'], 'There is no twin "slak". Did you mean "slack"?'],
  ])('says what is wrong with %j, without a stack', async (args, message) => {
    const { code, out, err } = await backlot(...args)
    expect([code, out]).toEqual([2, ''])
    expect(err.trim()).toMatch(message)
    expect(err.trim().split('\n')).toHaveLength(1)
  })

  it('prints the ledger', async () => {
    const { code, out } = await backlot('twins', '--twin', 'slack', '--json')
    expect(code).toBe(0)
    const [ledger] = JSON.parse(out) as { twin: string; operations: number; list: unknown[] }[]
    expect(ledger!.twin).toBe('slack')
    expect(ledger!.list).toHaveLength(ledger!.operations)
    const all = await backlot('twins', '--twin', 'slack')
    expect(all.out).toMatch(/^(?:behaved|checked)\s+chat\.postMessage\s+POST /m)
    const shallow = await backlot('twins', '--twin', 'slack', '--depth', 'spec')
    expect(shallow.out).not.toContain('chat.postMessage')
  })
})

describe('backlot run and replay', () => {
  it('scores a subject, shows where it fell short and plays that trial again', async () => {
    const ran = await backlot(
      'run',
      'greeted.ts',
      '--subject',
      'greeter.mjs',
      '--faults',
      'none,./lost.json',
    )
    expect(ran.code).toBe(1)
    expect(ran.out).toContain('satisfaction  50 %')
    expect(ran.out).toContain('greeted once')
    expect(existsSync(join(folder, '.backlot/report.html'))).toBe(true)
    const command = /npx backlot (replay \S+ --subject \S+)/.exec(ran.out)![1]!
    expect(command).toBe('replay greeted@1+./lost.json --subject greeter.mjs')
    const again = [await backlot(...command.split(' ')), await backlot(...command.split(' '))]
    expect(again[0]).toEqual(again[1])
    expect(again[0]!.code).toBe(1)
    expect(again[0]!.out).toContain(
      'slack chat.postMessage → no answer [slack write #1: drop-after]',
    )
    expect(again[0]!.out).toContain('✗ greeted once')
  })

  it('says the same as JSON', async () => {
    const { code, out, err } = await backlot(
      'run',
      'greeted.ts',
      '--subject',
      'greeter.mjs',
      '--trials',
      '2',
      '--seed',
      '7',
      '--json',
    )
    const result = JSON.parse(out) as RunResult
    expect([code, err]).toEqual([0, ''])
    expect(result).toMatchObject({
      format: 'backlot.result/1',
      score: { satisfied: 2, satisfaction: 1 },
    })
    expect(result.trials.map(({ id }) => id)).toEqual(['greeted@7', 'greeted@8'])
    expect(result.controls).toEqual([{ scenario: 'greeted', verdict: 'unsatisfied' }])
    const one = await backlot('replay', 'greeted@7', '--subject', 'greeter.mjs', '--json')
    const trial = JSON.parse(one.out) as TrialResult
    // A replay tells bodies, where a result keeps those that a failure is shown by.
    const exchanges = trial.exchanges.map(({ request: _request, reply: _reply, ...rest }) => rest)
    expect({ ...trial, exchanges, wallMs: 0 }).toEqual({ ...result.trials[0]!, wallMs: 0 })
  })

  it('plays the others when one scenario does not load, says where it is broken, and ends with 2', async () => {
    const { code, out } = await backlot(
      'run',
      'greeted.ts',
      'syntax.ts',
      '--subject',
      'greeter.mjs',
    )
    expect(code).toBe(2)
    expect(out).toContain('satisfaction  100 %')
    expect(out).toMatch(/syntax\.ts:2:\d+: The scenario does not load: .* Not played\./)
  })

  it('writes what it has when it is interrupted', async () => {
    write('slow.mjs', 'export default () => new Promise((done) => setTimeout(() => done({}), 300))')
    const args = ['run', 'greeted.ts', '--subject', 'slow.mjs', '--trials', '200', '--jobs', '1']
    const child = spawn(process.execPath, [launcher, ...args, '--report', 'cut.json'], {
      cwd: folder,
    })
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
    setTimeout(() => child.kill('SIGINT'), 2500)
    expect(await ended).toBe(130)
    const result = JSON.parse(readFileSync(join(folder, 'cut.json'), 'utf8')) as RunResult
    expect(result.trials.length).toBeGreaterThan(0)
    expect(result.unplayed).toBe(200 - result.trials.length)
  })
})

const oldNode = ['/usr/bin/node', '/usr/local/bin/node'].find((path) => {
  const version = spawnSync(path, ['--version']).stdout?.toString() ?? ''
  return /^v(?:1\d|2[0-3])\./.test(version)
})

describe.skipIf(oldNode === undefined)('the launcher on an older Node', () => {
  it('hands over to the Node that npm brought', () => {
    const { status, stdout } = spawnSync(oldNode!, [launcher, '--version'], { cwd: folder })
    expect([status, String(stdout)]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)])
  })

  it('says what is needed where there is none', () => {
    const env = { PATH: process.env['PATH']!, BACKLOT_HANDED_OVER: '1' }
    const { status, stderr } = spawnSync(oldNode!, [launcher, '--version'], { cwd: folder, env })
    expect(status).toBe(2)
    expect(String(stderr)).toMatch(/^Backlot needs Node 24 or later; this is v/)
    expect(String(stderr)).toContain('npm install --save-dev node@24')
  })
})
