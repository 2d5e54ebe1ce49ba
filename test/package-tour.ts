import { execFileSync, spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { wallForOwnCode } from '../runner/wall/choose.ts'

/**
 * Uses the packed package as a stranger would, from the folder that it was installed in:
 * `node test/package-tour.ts <folder>`. Stops with a message at the first thing that does not work.
 */

const folder = process.argv[2]!
const bin = join(folder, 'node_modules/.bin/backlot')

function run(...args: string[]): string {
  return execFileSync(bin, args, { cwd: folder, encoding: 'utf8', timeout: 60_000 })
}

function expect(condition: unknown, what: string): void {
  if (!condition) throw new Error(`The installed package falls short: ${what}`)
  console.log(`✓ ${what}`)
}

expect(/^\d+\.\d+\.\d+/.test(run('--version').trim()), 'backlot --version')
expect(run('--help').includes('backlot up'), 'backlot --help')

const ledger = JSON.parse(run('twins', '--json')) as unknown[]
expect(ledger.length >= 3, 'backlot twins --json')

writeFileSync(
  join(folder, 'hello.mjs'),
  `import { scenario } from 'backlot/scenario'
export default scenario('Somebody says hello', { twins: ['slack'] }, async ({ given, subject, step, check, changes, journal }) => {
  const channel = given.slack.channel({ name: 'greetings' })
  changes.allow('slack.messages[+]', 'slack.memberships[+]', 'slack.channels[*]')
  await step('the subject is asked to greet', () => subject.post('/greet', { channel: channel.id }))
  check('said once', journal.calls('slack', 'chat.postMessage').length, 1)
})
`,
)
writeFileSync(
  join(folder, 'subject.mjs'),
  `let input = ''
for await (const chunk of process.stdin) input += chunk
const { body } = JSON.parse(input)
const headers = { authorization: 'Bearer ' + process.env.SLACK_BOT_TOKEN, 'content-type': 'application/json; charset=utf-8' }
await fetch(process.env.SLACK_API_URL + 'conversations.join', { method: 'POST', headers, body: JSON.stringify({ channel: body.channel }) })
const reply = await fetch(process.env.SLACK_API_URL + 'chat.postMessage', { method: 'POST', headers, body: JSON.stringify({ channel: body.channel, text: 'Hello' }) })
console.log(JSON.stringify({ status: 200, body: await reply.json() }))
`,
)
writeFileSync(
  join(folder, 'subject.json'),
  JSON.stringify({ name: 'greeter', kind: 'command', command: ['node', 'subject.mjs'] }),
)
// The build's own lane, where this machine has what it takes.
const { word: wall } = await wallForOwnCode()
const result = JSON.parse(
  run('run', 'hello.mjs', '--subject', 'subject.json', '--trials', '2', '--wall', wall, '--json'),
) as {
  score: { satisfaction: number }
}
expect(result.score.satisfaction === 1, 'backlot run, with a scenario and a subject of its own')

run('scenario', 'new', 'greetings/first', '--yaml')
expect(
  run('scenario', 'check', 'greetings/first').includes('1 scenario'),
  'backlot scenario new and check',
)
writeFileSync(
  join(folder, 'backlot.config.mjs'),
  `import { defineConfig } from 'backlot/config'
import { existsSync } from 'node:fs'
// Whoever uses it has vitest; nobody else need have it.
if (!existsSync(new URL(import.meta.resolve('backlot/vitest')))) throw new Error('no fixture')
export default defineConfig({ subjects: { greeter: { kind: 'command', command: ['node', 'subject.mjs'] } } })
`,
)
const configured = run('run', 'hello.mjs', '--trials', '1', '--wall', wall)
expect(configured.includes('100 %'), 'backlot run, with backlot.config.mjs')
expect(
  run('report', '--out', 'junit.xml') && existsSync(join(folder, 'junit.xml')),
  'backlot report',
)

const up = spawn(bin, ['up', 'slack', '--port', '0', '--json'], {
  cwd: folder,
  stdio: ['ignore', 'pipe', 'inherit'],
})
try {
  const line = await new Promise<string>((resolve, reject) => {
    up.stdout.once('data', (data: Buffer) => resolve(String(data)))
    up.once('exit', (code) => reject(new Error(`backlot up ended with ${code}`)))
  })
  const { twins } = JSON.parse(line) as { twins: { slack: { apiUrl: string } } }
  const answer = (await (await fetch(`${twins.slack.apiUrl}api.test`)).json()) as { ok: boolean }
  expect(answer.ok, 'backlot up answers')
} finally {
  up.removeAllListeners('exit')
  up.kill()
}

writeFileSync(
  join(folder, 'imports.mjs'),
  `import { World } from 'backlot'
import { serveHttp } from 'backlot/http'
import { backlotMiddleware } from 'backlot/express'
import { loadTwin } from 'backlot/twins'
const world = World.create({ twins: [await loadTwin('okta')] })
const { status } = world.look('okta', { path: '/api/v1/users?limit=1' })
if (status !== 200 || !serveHttp || !backlotMiddleware) process.exit(1)
`,
)
execFileSync(process.execPath, ['imports.mjs'], { cwd: folder, stdio: 'inherit' })
expect(
  existsSync(join(folder, 'node_modules/backlot/dist/engine/world.d.ts')),
  'its entries import, with types',
)
