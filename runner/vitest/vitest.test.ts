import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'backlot-vitest-'))
afterAll(() => rmSync(folder, { recursive: true }))

const ours = pathToFileURL(join(root, 'runner/vitest.ts')).href
const head = `
import { test as base, expect, describe, beforeEach } from 'vitest'
import { request } from 'node:https'
import { createServer } from 'node:http'
import { world, useWorld } from '${ours}'
const say = (token, channel, text = 'hello') =>
  fetch('https://slack.com/api/chat.postMessage', {
    method: 'POST',
    headers: { authorization: 'Bearer ' + token, 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ channel, text }),
  }).then((reply) => reply.json())
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
`

interface Outcome {
  status: string
  why: string
}

interface FileReport {
  name: string
  assertionResults: { title: string; status: string; failureMessages: string[] }[]
}

let output = ''
let reports: FileReport[] = []

/** Writes a test file of somebody else's; returns what its tests came to in the one run of all files. */
function write(name: string, text: string): () => Record<string, Outcome> {
  const file = join(folder, `${name}.test.js`)
  writeFileSync(file, head + text)
  return () => outcomesOf(`${name}.test.js`)
}

function outcomesOf(file: string): Record<string, Outcome> {
  const report = reports.find((one) => one.name.endsWith(`/${file}`))
  expect(report, output).toBeDefined()
  return Object.fromEntries(
    report!.assertionResults.map(({ title, status, failureMessages }) => [
      title,
      { status, why: failureMessages.join('\n') },
    ]),
  )
}

const docs = readFileSync(join(root, 'docs/vitest.md'), 'utf8')

/** A block of the page, as a test file that finds the package and the code under test in this tree. */
function writeFromDocs(fence: string): () => Record<string, Outcome> {
  const code = new RegExp(`\`\`\`ts ${fence}\\n([\\s\\S]*?)\`\`\``).exec(docs)![1]!
  const welcome = pathToFileURL(join(root, 'examples/vitest/welcome.ts')).href
  const file = join(folder, `docs-${fence}.test.ts`)
  writeFileSync(
    file,
    code.replace("'backlot/vitest'", `'${ours}'`).replace("'./welcome.ts'", `'${welcome}'`),
  )
  return () => outcomesOf(`docs-${fence}.test.ts`)
}

beforeAll(() => {
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const report = join(folder, 'report.json')
  const flags = ['run', '--root', folder, '--reporter=json', '--reporter=default']
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/vitest/vitest.mjs'), ...flags, `--outputFile=${report}`],
    {
      cwd: folder,
      encoding: 'utf8',
      timeout: 60_000,
      env: { ...process.env, VITEST: '', NO_COLOR: '1', CI: '1' },
    },
  )
  output = stdout + stderr
  reports = (JSON.parse(readFileSync(report, 'utf8')) as { testResults: FileReport[] }).testResults
})

function notPassed(tests: Record<string, Outcome>): [string, Outcome][] {
  return Object.entries(tests).filter(([, { status }]) => status !== 'passed')
}

describe('a world for each test', () => {
  const fixture = write(
    'fixture',
    `
const test = base.extend(world({ twins: ['slack', 'okta'] }))
const seen = []
test('one', async ({ world }) => {
  const { id } = world.given.slack.channel({ name: 'only-here', members: ['acmeassistant'] })
  expect(await say(world.env.SLACK_BOT_TOKEN, id)).toMatchObject({ ok: true })
  expect(world.journal.calls('slack')).toHaveLength(1)
  expect(world.unexpected()).toHaveLength(1)
  world.changes.allow('slack.messages[+]')
  expect(world.unexpected()).toEqual([])
  const before = world.now()
  world.advance('1 hour')
  expect(world.now() - before).toBe(3_600_000)
  seen.push(world.credentials.slack.bot, id)
})
test('two', async ({ world }) => {
  expect(world.journal.calls()).toEqual([])
  expect(world.given.slack.channel({ name: 'only-here' }).id).not.toBe(seen[1])
  expect(world.credentials.slack.bot).not.toBe(seen[0])
  expect(await say(seen[0], 'C1').catch((error) => error.message)).toBe('fetch failed')
})
test('the seed is the name', ({ world }) => {
  expect(world.world.seed).toBe('fixture.test.js > the seed is the name')
})
test('a fault strikes', async ({ world }) => {
  await world.faults({ name: 'x', faults: [{ twin: 'slack', on: 'any', at: 1, action: { kind: 'refuse', as: 'unavailable' } }] })
  const reply = await fetch('https://slack.com/api/api.test')
  expect(reply.status).toBe(503)
})
test('what is not there is told', ({ world }) => {
  expect(() => world.given.slack.chanel()).toThrow('slack makes no "chanel". Did you mean "channel"?')
  expect(() => world.jira).toThrow('A scenario is handed no "jira"')
})
describe('with hooks', () => {
  beforeEach(({ world }) => world.given.slack.channel({ name: 'from-the-hook' }))
  test('hooks see the same world', ({ world }) => {
    const { channels } = world.slack.get('/api/conversations.list?limit=999').body
    expect(channels.map((one) => one.name)).toContain('from-the-hook')
  })
})
`,
  )

  it('is forked, drawn from the name, and gone afterwards', () => {
    const tests = fixture()
    expect(notPassed(tests), output).toEqual([])
    expect(Object.keys(tests)).toHaveLength(6)
  })

  const escapes = write(
    'escapes',
    `
const test = base.extend(world({ twins: ['slack'], reachable: ['127.0.0.1'] }))
test('reaches out', async () => {
  await fetch('https://api.example.com/v1?secret=1', { method: 'POST' }).catch(() => {})
})
test('reaches out by another way', async () => {
  await new Promise((done) => request('https://api.example.org/x').on('error', done).on('response', done).end())
})
test('reaches its own server', async () => {
  const server = createServer((_, reply) => reply.end('mine')).listen(0, '127.0.0.1')
  await new Promise((done) => server.once('listening', done))
  const reply = await fetch('http://127.0.0.1:' + server.address().port)
  expect(await reply.text()).toBe('mine')
  server.close()
})
test('falls short', async ({ world }) => {
  await say(world.env.SLACK_BOT_TOKEN, 'C404', 'lost words')
  expect(1).toBe(2)
})
test('stays inside', async ({ world }) => {
  await say(world.env.SLACK_BOT_TOKEN, 'C404')
})
`,
  )

  it('fails a test that goes beyond its twins, and shows the exchanges of one that fails', () => {
    const tests = escapes()
    const status = Object.fromEntries(
      Object.entries(tests).map(([name, one]) => [name, one.status]),
    )
    expect(status, output).toEqual({
      'reaches out': 'failed',
      'reaches out by another way': 'failed',
      'reaches its own server': 'passed',
      'falls short': 'failed',
      'stays inside': 'passed',
    })
    expect(tests['reaches out']!.why).toContain(
      'POST https://api.example.com/v1 is no twin of this world',
    )
    expect(tests['reaches out by another way']!.why).toContain('https://api.example.org/x')
    expect(output).toContain('What happened in the world of "escapes.test.js > falls short"')
    expect(output).toMatch(/slack chat\.postMessage → 200/)
    expect(output).toContain('lost words')
    expect(output).not.toContain('What happened in the world of "escapes.test.js > stays inside"')
  })

  const concurrent = write(
    'concurrent',
    `
const test = base.extend(world({ twins: ['slack'] }))
describe.concurrent('at once', () => {
  for (const n of [1, 2, 3, 4]) {
    test('by token ' + n, async ({ world, expect }) => {
      const { id } = world.given.slack.channel({ members: ['acmeassistant'] })
      for (let i = 0; i < n; i++) {
        await say(world.env.SLACK_BOT_TOKEN, id, 'from ' + n)
        await pause(5)
      }
      const texts = world.journal.calls('slack', 'chat.postMessage').map((one) => one.request.text)
      expect(texts).toEqual(Array(n).fill('from ' + n))
    })
    test('in its course ' + n, async ({ world, expect }) => {
      await world.run(async () => {
        await pause(5)
        await fetch('https://slack.com/api/api.test?n=' + n)
      })
      expect(world.journal.calls().map((one) => one.path)).toEqual(['/api/api.test?n=' + n])
    })
  }
})
`,
  )

  it('tells concurrent tests apart by their tokens, and says so where that can not be', () => {
    const tests = concurrent()
    expect(notPassed(tests), output).toEqual([])
    expect(Object.keys(tests)).toHaveLength(8)
  })

  const ambiguous = write(
    'ambiguous',
    `
const test = base.extend(world({ twins: ['slack'] }))
describe.concurrent('without a token', () => {
  test('asks', async () => {
    await pause(5)
    await fetch('https://slack.com/api/api.test').catch(() => {})
    await pause(30)
  })
  test('waits', () => pause(40))
})
`,
  )

  it('answers no request that could be of several tests, and each of them says so', () => {
    const tests = ambiguous()
    expect(
      Object.values(tests).map(({ status }) => status),
      output,
    ).toEqual(['failed', 'failed'])
    for (const { why } of Object.values(tests)) expect(why).toContain('2 tests are under way')
  })

  const hooks = write(
    'hooks',
    `
const acme = useWorld({ twins: ['slack'], seed: undefined })
describe.concurrent('at once', () => {
  for (const n of [1, 2, 3]) {
    base('sees its own ' + n, async ({ expect }) => {
      await pause(5)
      for (let i = 0; i < n; i++) await fetch('https://slack.com/api/api.test?n=' + n)
      await new Promise((done) => request('https://slack.com/api/api.test').on('response', (r) => r.resume().on('end', done)).end())
      expect(acme.journal.calls()).toHaveLength(n + 1)
    })
  }
})
describe('with the environment', () => {
  const own = useWorld({ twins: ['okta'], env: true })
  base('sets it for a while', async () => {
    expect(process.env.OKTA_CLIENT_TOKEN).toBe(own.env.OKTA_CLIENT_TOKEN)
    const { id } = own.given.okta.user()
    const reply = await fetch(process.env.OKTA_CLIENT_ORGURL + '/api/v1/users/' + id, {
      headers: { authorization: 'SSWS ' + process.env.OKTA_CLIENT_TOKEN },
    })
    expect(reply.status).toBe(200)
  })
})
base('is unset again', () => expect(process.env.OKTA_CLIENT_TOKEN).toBeUndefined())
expect(() => acme.env).toThrow('No test is running here')
`,
  )

  it('is used without a fixture as well, and then needs no token to tell tests apart', () => {
    const tests = hooks()
    expect(notPassed(tests), output).toEqual([])
    expect(Object.keys(tests)).toHaveLength(5)
  })

  const shown = ['fixture', 'hooks'].map(writeFromDocs)

  it('works as docs/vitest.md shows, which names everything that there is', () => {
    for (const outcome of shown) {
      const tests = outcome()
      expect(notPassed(tests), output).toEqual([])
      expect(Object.keys(tests).length).toBeGreaterThan(0)
    }
    const source = readFileSync(join(root, 'runner/vitest/test-world.ts'), 'utf8')
    const members = (name: string): string[] => {
      const body = new RegExp(`interface ${name}\\b[^{]*\\{\\n([\\s\\S]*?)\\n\\}`).exec(source)![1]!
      return [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??:/gm)].map(([, word]) => word!)
    }
    const told = (heading: string): string[] => {
      const part = docs.split(`## ${heading}`)[1]!.split(/^## /m)[0]!
      return [...part.matchAll(/^\| `(\w+)` \|/gm)].map(([, word]) => word!)
    }
    expect(told("What a test's world has")).toEqual(members('TestWorldBase'))
    expect(told('Options')).toEqual(members('TestWorldOptions'))
  })
})
