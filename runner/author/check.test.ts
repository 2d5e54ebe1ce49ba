import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Ajv } from 'ajv'
import { parse } from 'yaml'
import { storySchema } from '../yaml-scenario/schema.ts'
import type { CheckedScenario } from './check-scenarios.ts'

const folder = mkdtempSync(join(tmpdir(), 'author-'))
afterAll(() => rmSync(folder, { recursive: true }))
const cli = join(import.meta.dirname, '../../bin/backlot.js')

function backlot(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [cli, 'scenario', ...args], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 50_000,
  })
}

const head = `import { scenario } from 'backlot/scenario'
export default scenario('X', { twins: ['okta'] }, async (kit) => {
  const { given, subject, step, check, okta, changes } = kit
`

/** Each stands in a file of its own; the steps begin in line 4. */
const mistakes: Record<string, [text: string, line: number, column: number, message: string]> = {
  syntax: ['  const x = = 3', 4, 13, 'Expression expected'],
  enums: ['  enum A { B }', 4, 3, 'Node runs TypeScript by leaving the types out'],
  allow: ["  changes.allow('okta.usrs[+]')", 4, 18, 'Did you mean "okta.users"?'],
  'allow-made': ["  const t = 'x'\n  changes.allow(`okta.${t}[+]`)", 5, 11, 'there is no "okta.x"'],
  comment: ['  // usr\n  given.okta.usr()', 5, 14, 'okta makes no "usr". Did you mean "user"?'],
  field: ["  given.okta.user({ emial: 'x' })", 4, 21, 'Did you mean "email"?'],
  maker: [
    "  given.okta.group({ members: ['nobody'] })",
    4,
    33,
    'This could not be made: There is no',
  ],
  twin: ['  given.slack.user()', 4, 9, 'no twin "slack" among its twins. There are: okta.'],
  looker: ["  kit.slack.get('/x')", 4, 7, 'A scenario is handed no "slack"'],
  'not-awaited': [
    "  subject.post('/x', {})\n  check('a', 1, 2)",
    4,
    17,
    'Nobody awaited the answer',
  ],
  'step-not-awaited': [
    "  step('it', () => {})\n  check('a', 1, 2)",
    4,
    9,
    'Nobody awaited the step "it"',
  ],
  moons: ["  kit.advance('3 moons')", 4, 7, '"3 moons" is no length of time.'],
}

/** Scenarios that load, and what is wrong with them. */
const weak: Record<string, [text: string, kind: string]> = {
  'checks-nothing': ["  await step('it', () => subject.post('/x'))", 'checks-nothing'],
  'passes-idle': [
    "  const { status } = await subject.post('/x')\n  check('a', status, 200)",
    'passes-idle',
  ],
  clock: ["  check('a', new Date().toISOString().slice(0, 10), 'never')", 'not-deterministic'],
  chance: ["  check('a', Math.random(), -1)", 'not-deterministic'],
  stops: ["  okta.get('/api/v1/users/x').body.a.b.c", 'not-judged'],
}

let checked: Map<string, CheckedScenario>
let told: ReturnType<typeof backlot>

beforeAll(() => {
  mkdirSync(join(folder, 'scenarios'))
  const write = (name: string, text: string): void =>
    writeFileSync(join(folder, 'scenarios', `${name}.ts`), text)
  for (const [name, [text]] of Object.entries({ ...mistakes, ...weak })) {
    write(name, `${head}${text}\n})\n`)
  }
  write('import', `import { x } from './nowhere.ts'\n${head}\n})\n`)
  write('_shared', 'export function hire(kit) {\n  kit.given.okta.usr()\n}\n')
  write('shared', `import { hire } from './_shared.ts'\n${head}  hire(kit)\n})\n`)
  write('good', `${head}  check('a', okta.get('/api/v1/users/me').status, 1)\n})\n`)
  told = backlot('check', '--json')
  const { scenarios } = JSON.parse(told.stdout) as { scenarios: CheckedScenario[] }
  checked = new Map(scenarios.map((one) => [one.id, one]))
})

describe('backlot scenario check', () => {
  it.each(Object.entries(mistakes))(
    'tells where %s is wrong',
    (name, [, line, column, message]) => {
      const [finding] = checked.get(name)!.findings
      expect(finding).toMatchObject({ kind: 'broken', weight: 'mistake' })
      expect(finding!.text).toContain(`${name}.ts:${line}:${column}`)
      expect(finding!.text).toContain(message)
    },
  )

  it('tells of what is imported, and of mistakes in it', () => {
    expect(checked.get('import')!.findings[0]!.text).toMatch(
      /import\.ts:1:\d+: The scenario imports "nowhere.ts"/,
    )
    expect(checked.get('shared')!.findings[0]!.text).toContain(
      '_shared.ts:2:18: okta makes no "usr".',
    )
  })

  it.each(Object.entries(weak))('names a scenario that is %s', (name, [, kind]) => {
    const { findings } = checked.get(name)!
    expect(findings.map((one) => one.kind)).toContain(kind)
    expect(findings.find((one) => one.kind === kind)!.weight).toBe('mistake')
  })

  it('has nothing against one that can fail, and ends with 2 for the others', () => {
    expect(checked.get('good')).toMatchObject({ fails: ['a'], findings: [] })
    expect(told.status).toBe(2)
    const { status, stdout } = backlot('check', 'good')
    expect(status).toBe(0)
    expect(stdout).toContain('✓ it can fail: a subject that does nothing falls short of “a”')
  })

  it('tells, with a subject, which words of change account for nothing, and that it fell short', () => {
    const folderOf = join(folder, 'with-subject')
    mkdirSync(folderOf)
    const twins = "{ twins: ['slack'] }"
    const story = `import { scenario } from 'backlot/scenario'
export default scenario('X', ${twins}, async ({ given, subject, step, check, changes, journal }) => {
  const { id } = given.slack.channel({ members: ['acmeassistant'] })
  changes.allow(\`slack.messages[+channel=\${id}]\`, 'slack.users[*]')
  await step('it', () => subject.post('/', { channel: id }))
  check('told', journal.calls('slack', 'chat.postMessage').length, 1)
})
`
    writeFileSync(join(folderOf, 'tell.ts'), story)
    writeFileSync(join(folderOf, 'tell-twice.ts'), story.replace('.length, 1)', '.length, 2)'))
    writeFileSync(
      join(folderOf, 'blind.ts'),
      story
        .replace(/changes\.allow\(.*\)/, "changes.allow('slack.messages[*]')")
        .replace("await step('it'", "const reply = await step('it'")
        .replace("journal.calls('slack', 'chat.postMessage').length, 1", 'reply.body.done'),
    )
    writeFileSync(
      join(folder, 'subject.mjs'),
      `export default async ({ body }, { env, fetch }) => {
  await fetch(env.SLACK_API_URL + 'chat.postMessage', {
    method: 'POST',
    headers: { authorization: 'Bearer ' + env.SLACK_BOT_TOKEN, 'content-type': 'application/json' },
    body: JSON.stringify({ channel: body.channel, text: 'hello' }),
  })
  return { status: 200, body: { done: true } }
}
`,
    )
    const { stdout, status } = backlot(
      'check',
      'with-subject',
      '--subject',
      'subject.mjs',
      '--json',
    )
    const { scenarios } = JSON.parse(stdout) as { scenarios: CheckedScenario[] }
    const [tell, twice, blind] = ['tell', 'tell-twice', 'blind'].map((name) =>
      scenarios.find(({ file }) => basename(file) === `${name}.ts`)!,
    )
    const wide = tell!.findings.filter(({ kind }) => kind === 'allows-more')
    expect(wide.map(({ text }) => text)).toEqual([
      'changes.allow("slack.users[*]") accounted for nothing that others do not.',
    ])
    expect(tell!.mutants!.noticed).toBeGreaterThan(0)
    expect(tell!.mutants!.tried).toBe(tell!.mutants!.noticed + tell!.mutants!.survivors.length)
    expect(blind!.findings.map(({ kind }) => kind)).toContain('no-mutant')
    expect(twice!.findings.map(({ kind }) => kind)).toContain('fell-short')
    expect(status).toBe(2)
  })
})

describe('backlot scenario new', () => {
  it('writes files in both languages that run and can fail', () => {
    const drafts = [
      ['drafts/one', ['--twins', 'okta'], 'drafts/one.ts'],
      ['drafts/all', ['--twins', 'okta,jira,slack'], 'drafts/all.ts'],
      ['drafts/told.yaml', ['--twins', 'okta,jira,slack'], 'drafts/told.yaml'],
      ['drafts/desk', ['--yaml', '--twins', 'slack'], 'drafts/desk.yaml'],
    ] as const
    const validate = new Ajv({ allowUnionTypes: true, unicodeRegExp: true }).compile(storySchema())
    for (const [id, flags, file] of drafts) {
      const { status, stdout } = backlot('new', id, ...flags)
      expect(status).toBe(0)
      expect(stdout).toContain(`scenarios/${file} is written`)
      expect(stdout).toContain(`backlot scenario check ${id.replace('.yaml', '')}`)
      if (!file.endsWith('.yaml')) continue
      expect(validate(parse(readFileSync(join(folder, 'scenarios', file), 'utf8')))).toBe(true)
    }
    const { stdout, status } = backlot('check', 'drafts')
    expect(status, stdout).toBe(0)
    expect(stdout).toContain('4 scenarios: all can fail, and are the same every time.')
  })

  it('overwrites nothing, whatever the ending, and takes no odd id', () => {
    expect(backlot('new', 'twice').status).toBe(0)
    const again = backlot('new', 'twice', '--yaml')
    expect(again.status).toBe(2)
    expect(again.stderr).toContain('There is a scenario "twice" already.')
    for (const id of ['../x', 'a@b']) {
      expect(backlot('new', id).stderr, id).toContain('can be no id of a scenario')
    }
    expect(existsSync(join(folder, 'x.ts'))).toBe(false)
    expect(backlot('new', 'b', '--twins', 'okat').stderr).toContain('Did you mean "okta"?')
    expect(backlot('nwe').stderr).toContain('Did you mean "new"?')
  })
})
