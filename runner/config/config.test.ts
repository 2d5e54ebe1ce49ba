import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { UsageError } from '../../engine/usage-error.ts'
import { loadSubject } from '../subject/load.ts'
import { configSchema, configShape } from './config-shape.ts'
import { fillFlags } from './fill-flags.ts'
import { findConfig } from './find-config.ts'
import { findFault } from './read-value.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'config-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function write(name: string, text: string): string {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

function failureOf(name: string, text: string): UsageError {
  write(name, text)
  try {
    findConfig(folder)
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError)
    return error as UsageError
  }
  throw new Error('it was read')
}

/** Everything that can be said. */
const whole = {
  $schema: 'x',
  subjects: {
    a: {
      kind: 'command',
      command: ['node', 'a.js'],
      warm: true,
      cwd: '.',
      startMs: 5,
      settleMs: 0,
    },
    b: { kind: 'module', module: './b.js', reach: 'http', env: { A: 'b' }, timeoutMs: 1 },
    c: {
      kind: 'service',
      command: ['node'],
      port: 3000,
      portEnv: 'PORT',
      ready: { path: '/healthz' },
      stopMs: 3,
      warm: true,
      inbound: { jira: '/hooks', slack: { path: '/x', types: ['message'] } },
    },
    d: {
      kind: 'service',
      url: 'http://127.0.0.1:3000/api',
      name: 'D',
      tenant: { open: 'POST /t', close: 'DELETE /t/{id}', path: '/t/{id}', headers: { a: '{id}' } },
    },
    e: { kind: 'service', command: ['x'], ready: { log: 'up' }, tenant: { path: '/{trial}' } },
  },
  scenarios: ['scenarios'],
  faults: ['none', 'flaky+slow'],
  trials: 3,
  seed: 'x',
  jobs: 2,
  minDepth: 'behaved',
  wall: 'environment',
  gate: 0.9,
  budget: { calls: 1, writes: 1, seconds: 1, bytes: 1, tokens: 1, usd: 1 },
  prices: {
    slack: 1,
    llm: { callUsd: 1, inputUsdPerMillion: 1, models: { m: { cachedUsdPerMillion: 0 } } },
  },
  reports: ['a.html', 'b.xml'],
  history: false,
}

describe('the schema and the reader', () => {
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(configSchema)
  const reads = (value: unknown): boolean => findFault(value, configShape.schema, []) === undefined

  it('is published as schema/config-1.json', () => {
    const file = join(import.meta.dirname, '../../schema/config-1.json')
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(configSchema)
  })

  it('both take everything that can be said', () => {
    validate(whole)
    expect(validate.errors).toBe(null)
    expect(findFault(whole, configShape.schema, [])).toBeUndefined()
  })

  it('agree on whatever is wrong with it', () => {
    const odd = fc.constantFrom<unknown>(
      0,
      -1,
      1.5,
      70_000,
      2 ** 31,
      '',
      'x',
      '/x',
      'POST /x',
      'lane',
      'module',
      true,
      false,
      null,
      [],
      ['x'],
      [1],
      {},
      { x: 'y' },
      { kind: 'module' },
      { path: '/x' },
      { log: 'x' },
    )
    let wrong = 0
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), odd, fc.nat(3), (steps, value, how) => {
        const changed = change(structuredClone(whole), steps, value, how)
        if (!validate(changed)) wrong++
        expect([changed, reads(changed)]).toEqual([changed, validate(changed)])
      }),
      { numRuns: 3000, seed: 4 },
    )
    expect(wrong).toBeGreaterThan(1000)
  })
})

/** The same with something else in one place: replaced, left out, or under a name that nobody knows. */
function change(root: unknown, steps: Iterator<number>, value: unknown, how: number): unknown {
  if (typeof root !== 'object' || root === null) return value
  const part = root as Record<string, unknown>
  const names = Object.keys(part)
  const next = steps.next().value as number
  if (names.length === 0 || (next % 4 === 0 && how === 1)) {
    if (Array.isArray(part)) return value
    return { ...part, unheard: value }
  }
  const name = names[next % names.length]!
  const inner = part[name]
  const goesOn = typeof inner === 'object' && inner !== null && next % 7 !== 0
  if (goesOn) part[name] = change(inner, steps, value, how)
  else if (how === 2 && !Array.isArray(part)) delete part[name]
  else part[name] = value
  return part
}

describe('findConfig', () => {
  it('reads scripts and documents alike', () => {
    expect(findConfig(folder)).toBeUndefined()
    const texts: [string, string][] = [
      ['backlot.config.ts', 'export default { trials: 3 as number }'],
      ['backlot.config.mjs', 'export default { trials: 3 }'],
      ['backlot.config.json', '{"trials":3}'],
      ['backlot.config.yaml', 'trials: 3'],
    ]
    for (const [name, text] of texts) {
      const file = write(name, text)
      expect(findConfig(folder)).toMatchObject({ file, config: { trials: 3 } })
      rmSync(file)
    }
  })

  it.each([
    [
      'backlot.config.yaml',
      'trials: 3\nfautls: [x]',
      2,
      1,
      'A configuration has no field "fautls".',
      /"faults"/,
    ],
    [
      'backlot.config.yaml',
      'trials: many',
      1,
      1,
      '"trials" is not what is needed.',
      /^Write a whole number: 20\.$/,
    ],
    ['backlot.config.json', '{\n  "wall": "lain"\n}', 2, 3, '"wall" is no "lain".', /"lane"/],
    [
      'backlot.config.ts',
      '// trials: none\nexport default {\n  trials: 2,\n  subjects: {\n    desk: { kind: "command", comand: ["x"] },\n  },\n}',
      5,
      30,
      'A command subject has no field "comand".',
      /"command"/,
    ],
    [
      'backlot.config.yaml',
      'subjects:\n  desk:\n    kind: servise',
      3,
      5,
      'There is no kind of subject "servise".',
      /"service"/,
    ],
    [
      'backlot.config.yaml',
      'subjects:\n  desk:\n    kind: service\n    url: http://example.com\n    tenant: { path: /x }',
      4,
      5,
      '"url" is not what is needed.',
      /127\.0\.0\.1/,
    ],
    [
      'backlot.config.yaml',
      'subjects:\n  desk: { kind: service }',
      2,
      3,
      'A service subject needs "command".',
      /\["node"/,
    ],
    [
      'backlot.config.yaml',
      'budget: { cals: 3 }',
      1,
      11,
      'A budget has no field "cals".',
      /"calls"/,
    ],
    [
      'backlot.config.mjs',
      'export const x = 1',
      undefined,
      undefined,
      'The file exports no configuration.',
      /defineConfig/,
    ],
    ['backlot.config.mjs', 'export default await 1', undefined, undefined, /at once/, /await/],
    ['backlot.config.mjs', 'export default {', undefined, undefined, /does not load/, /^/],
  ])(
    'says what is wrong with %s: %j, where, and what to do',
    (name, text, line, column, what, fix) => {
      const { what: said, where, fix: advice = '' } = failureOf(name, text)
      expect(said).toMatch(what)
      expect([where.file, where.line, where.column]).toEqual([join(folder, name), line, column])
      expect(advice).toMatch(fix)
    },
  )

  it('takes one file and no second', () => {
    write('backlot.config.json', '{}')
    expect(failureOf('backlot.config.ts', 'export default {}').what).toMatch(/as well/)
  })
})

it('a subject of a configuration is loaded by name', async () => {
  const file = write(
    'backlot.config.json',
    '{"subjects":{"desk":{"kind":"module","module":"./desk.mjs"}}}',
  )
  write('desk.mjs', 'export default () => ({ status: 200 })')
  expect(await loadSubject(`${file}#desk`)).toMatchObject({ name: 'desk', kind: 'module' })
  await expect(loadSubject(`${file}#dask`)).rejects.toThrow('There is no subject "dask".')
})

describe('on the command line', () => {
  const bin = join(import.meta.dirname, '../../bin/backlot.js')
  const backlot = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
      cwd: folder,
      encoding: 'utf8',
    })
    return { status, stdout, stderr }
  }

  it('the only subject is meant, flags go before it, and the schema is printed', () => {
    write('desk.mjs', 'export default () => ({ status: 200, body: {} })')
    write(
      'greets.mjs',
      `export default { kind: 'scenario', name: 'It answers', options: { twins: ['slack'] },
      play: async ({ subject, check }) => check('it answers', (await subject.get('/')).body, {}) }`,
    )
    write(
      'backlot.config.mjs',
      `export default { subjects: { desk: { kind: 'module', module: './desk.mjs' } },
        scenarios: ['greets.mjs'], trials: 2, seed: 7, reports: [], history: false }`,
    )
    const all = JSON.parse(backlot('run', '--json').stdout) as {
      subject: object
      trials: { seed: string; verdict: string }[]
    }
    expect(all.subject).toMatchObject({ name: 'desk', file: 'backlot.config.mjs#desk' })
    expect(all.trials.map(({ seed, verdict }) => [seed, verdict])).toEqual([
      ['7', 'satisfied'],
      ['8', 'satisfied'],
    ])
    const one = JSON.parse(backlot('run', '--json', '-s', 'desk', '-n', '1').stdout) as typeof all
    expect(one.trials).toHaveLength(1)
    expect(backlot('run', '-s', 'dask')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('Did you mean "desk"?'),
    })
    expect(backlot('replay', 'greets@7')).toMatchObject({ status: 0 })
    expect(JSON.parse(backlot('config', '--schema').stdout)).toEqual(configSchema)
    expect(backlot('config').stdout).toMatch(/^backlot\.config\.mjs\n {2}subjects +desk \(module\)/)
  })
})

it('flags that a command does not know are not filled in', () => {
  expect(fillFlags({ jobs: '3' }, { jobs: 1 })).toEqual({ jobs: '3' })
})
