import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { UsageError } from '../../engine/usage-error.ts'
import { loadStory } from './load.ts'

const folder = mkdtempSync(join(tmpdir(), 'yaml-scenario-'))
afterAll(() => rmSync(folder, { recursive: true }))
let written = 0

async function mistakeIn(text: string, name = `${++written}.yaml`): Promise<UsageError> {
  const file = join(folder, name)
  writeFileSync(file, text)
  const error: unknown = await loadStory(file).catch((thrown: unknown) => thrown)
  expect(error, text).toBeInstanceOf(UsageError)
  return error as UsageError
}

/** A story of these steps; they begin in line 5. */
const story = (steps: string): string =>
  `scenario: A story\ntwins: [okta, slack]\nsteps:\n  - person: leaver\n${steps}\n`

const whenItActs = '  - { when: it acts, ask: run, as: reply }\n'

describe('a mistake in a story is told with line, column and what to do', () => {
  it.each<[steps: string, line: number, column: number, message: string]>([
    ['  - givn: okta.user', 5, 5, '"givn" is no step. Did you mean "given"?'],
    ['  - given: okta.usr', 5, 12, 'okta makes no "usr". Did you mean "user"?'],
    ['  - given: oktaa.user', 5, 12, 'no twin "oktaa" among its twins. Did you mean "okta"?'],
    ['  - given: jira.user', 5, 12, 'no twin "jira" among its twins.'],
    [
      '  - given: okta.user\n    with: { emial: x }',
      6,
      13,
      'okta.user is not made with "emial". Did you mean "email"?',
    ],
    ['  - given: okta.user\n    with: { email: 3 }', 6, 20, '"email" needs a text.'],
    ['  - given: okta.session', 5, 12, 'okta.session needs "user".'],
    ['  - given: okta.user\n    with: { status: ACTIV }', 6, 21, 'Did you mean "ACTIVE"?'],
    [
      '  - given: okta.session\n    with: { user: nobody }',
      6,
      11,
      'There is no Okta user "nobody"',
    ],
    ['  - let: { a: "${leavr.email}" }', 5, 18, 'called "leavr". Did you mean "leaver"?'],
    ['  - let: { a: "${leaver.emial}" }', 5, 25, 'no "emial" in it. Did you mean "email"?'],
    ['  - let: { a: "${lowr(leaver.email)}" }', 5, 18, 'no function "lowr". Did you mean "lower"?'],
    ['  - let: { a: "${random(1)}" }', 5, 18, 'Write random(2, 5)'],
    ['  - let: { a: "${leaver.email" }', 5, 18, '"}" is missing.'],
    ['  - let: { a: "${leaver.email * 2}" }', 5, 31, 'is no number to reckon with.'],
    ['  - look: okta GET /api/v1/usrs/1', 5, 20, 'Did you mean "GET /api/v1/users/{'],
    ['  - look: okta FETCH /api/v1/users', 5, 11, 'looks nowhere. Write look: okta GET /'],
    [
      '  - look: okta PATCH /api/v1/users',
      5,
      22,
      'okta has no PATCH /api/v1/users. There are: GET /api/v1/users, POST',
    ],
    [
      `${whenItActs}  - then: told\n    calls: slack chat.postMesage\n    count: 1`,
      6,
      5,
      'slack has no operation "chat.postMesage". Did you mean "chat.postMessage"?',
    ],
    ['  - allow: okta.usrs[1]', 5, 12, 'there is no "okta.usrs". Did you mean "okta.users"?'],
    ['  - allow: okta.users', 5, 12, 'is no word for changes.'],
    ['  - when: it acts\n    ask: PSOT /x', 6, 10, '"PSOT /x" asks for nothing. Write ask: POST'],
    ['  - when: it acts\n    aks: POST /x', 6, 5, 'has no "aks". Did you mean "ask"?'],
    ['  - when: it acts', 5, 5, '"ask" is missing.'],
    ['  - then: it is so', 5, 5, 'It looks at nothing.'],
    ['  - then: it is so\n    look: okta GET /api/v1/users', 5, 5, 'It compares with nothing.'],
    ['  - then: it is so\n    value: 1\n    matches: "("', 7, 14, '/(/ is no regular expression.'],
    ['  - then: it is so\n    value: 1\n    matches: "(?=a)b"', 7, 14, 'looks around'],
    ['  - then: it is so\n    value: 1\n    equal: 1', 7, 5, 'Did you mean "equals"?'],
    [
      '  - then: it is so\n    value: 1\n    count: { atmost: 1 }',
      7,
      22,
      'Did you mean "at most"?',
    ],
    ['  - then: it is so\n    value: 1\n    status: 200', 7, 13, '"status" goes with a look.'],
    ['  - settle: soon', 5, 13, '"soon" is no length of time.'],
    ['  - advance: 10 fortnights', 5, 14, '"10 fortnights" is no length of time.'],
    ['  - for each: one\n    in: ${leaver.email}\n    do: []', 6, 9, '"in" needs a list.'],
    ['  - for each: now\n    in: [1]\n    do: []', 5, 15, '"now" can be no name.'],
    ['  - person: a\n    person: b', 6, 5, '"person" stands here twice.'],
    ['  - {', 6, 1, 'This is not YAML'],
    ['  - let: { a: ${leaver.email} }', 5, 16, "Put '${…}' in quotes"],
    ['  - look: okta GET /api/v1/users/nobody', 5, 5, 'This is answered 404: {"errorCode"'],
  ])('%j', async (steps, line, column, message) => {
    const error = await mistakeIn(story(steps))
    expect(`${error.what} ${error.fix ?? ''}`).toContain(message)
    expect([error.where.line, error.where.column]).toEqual([line, column])
    expect(error.where.file).toMatch(/\.yaml$/)
  })

  it.each<[text: string, message: string]>([
    ['twins: [okta]\nsteps: []', '"scenario" is missing.'],
    ['scenario: A\ntwins: [octa]\nsteps: []', 'no twin "octa". Did you mean "okta"?'],
    ['scenario: A\ntwins: []\nsteps: []', 'needs a list of twins'],
    ['scenario: A\ntwins: [okta]\nbudget: { call: 3 }\nsteps: []', 'A budget has no "call"'],
    ['scenario: A\ntwins: [okta]\nstep: []', 'A scenario has no "step". Did you mean "steps"?'],
    ['', 'The file is empty.'],
    ['- 1', 'This is no scenario.'],
  ])('%j', async (text, message) => {
    expect((await mistakeIn(text)).message).toContain(message)
  })

  it('knows what the subject alone could bring about from what is wrong for certain', async () => {
    const file = join(folder, 'fine.yaml')
    const steps = `${whenItActs}  - then: \${reply.body.anything} is there
    look: okta GET /api/v1/users/\${reply.body.id}
    at: [0].whatever
    equals: \${reply.body.other + 1}`
    writeFileSync(file, story(steps.replace('at: [0]', "at: '[0]").replace('ever', "ever'")))
    expect((await loadStory(file)).name).toBe('A story')
  })
})

describe('a hostile file', () => {
  const lines = (count: number, line: (i: number) => string): string =>
    Array.from({ length: count }, (_, i) => line(i)).join('\n')

  it.each<[what: string, text: () => string, message: string]>([
    [
      'of a billion laughs',
      () => `a0: &a0 [x]\n${lines(30, (i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}]`)}`,
      'more than 20000 values',
    ],
    ['that holds itself', () => 'scenario: &a [*a]', 'levels deep'],
    ['that is nested deep', () => `scenario: ${'['.repeat(5000)}`, ''],
    ['that is nested deep in blocks', () => `${'- '.repeat(3000)}x`, ''],
    ['that is huge', () => `scenario: ${'x'.repeat(600_000)}`, 'too large'],
    ['of many values', () => lines(25_000, (i) => `k${i}: 1`), 'more than 20000 values'],
    ['that reaches for prototypes', () => 'scenario: A\n__proto__: { a: 1 }', 'named __proto__'],
    ['of deep parentheses', () => story(`  - let: { a: "\${${'('.repeat(9000)}1" }`), 'too deep'],
    ['of many signs', () => story(`  - let: { a: "\${${'-'.repeat(9000)}1}" }`), 'too deep'],
    [
      'whose values double',
      () =>
        story(
          `  - let: { a0: [1, 1] }\n${lines(40, (i) => `  - let: { a${i + 1}: "\${[a${i}, a${i}]}" }`)}`,
        ),
      'beyond bounds',
    ],
    [
      'whose texts double',
      () =>
        story(
          `  - let: { a0: xxxx }\n${lines(40, (i) => `  - let: { a${i + 1}: "\${a${i}}\${a${i}}" }`)}`,
        ),
      'beyond bounds',
    ],
    [
      'of loops in loops',
      () =>
        story(
          `  - for each: a\n    in: \${range(9999)}\n    do:\n      - for each: b\n        in: \${range(9999)}\n        do: [{ let: { c: 1 } }]`,
        ),
      'more than 100000 steps',
    ],
    [
      'of a constructor',
      () => story('  - let: { a: "${leaver.constructor.constructor}" }'),
      'no "constructor" in it',
    ],
  ])('%s is refused at once', async (_, text, message) => {
    expect((await mistakeIn(text())).message).toContain(message)
  })
})
