import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { parse } from 'yaml'
import { afterAll, describe, expect, it } from 'vitest'
import { runSubject } from '../run-subject.ts'
import { comparators } from './comparators.ts'
import { functions } from './functions.ts'
import { stepKeys } from './read-step.ts'
import { storySchema } from './schema.ts'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'docs-stories-'))
afterAll(() => rmSync(folder, { recursive: true }))
const scenarios = readFileSync(join(root, 'docs/scenarios.md'), 'utf8')
const subjects = readFileSync(join(root, 'docs/subjects.md'), 'utf8')

function block(text: string, name: string): string {
  return new RegExp(`\`\`\`\\w+ ${name}\\n([\\s\\S]*?)\`\`\``).exec(text)![1]!
}

const inYaml = scenarios.slice(
  scenarios.indexOf('## In YAML'),
  scenarios.indexOf('## Can it fail?'),
)
/** The first words of the rows of the table that begins with this heading. */
function firstColumn(heading: string): string[] {
  const part = inYaml.slice(inYaml.indexOf(`| ${heading} |`)).split('\n\n')[0]!
  return [...part.matchAll(/^\| `([^`:]+)[:`]/gm)].map(([, word]) => word!)
}

describe('docs/scenarios.md on YAML', () => {
  it('shows a story that the subject of docs/subjects.md satisfies', async () => {
    const file = join(folder, 'opened-once.yaml')
    writeFileSync(file, block(scenarios, 'story'))
    writeFileSync(join(folder, 'module.mjs'), block(subjects, 'module.mjs'))
    const subjectFile = join(folder, 'subject.json')
    writeFileSync(subjectFile, block(subjects, 'module-subject'))
    const result = await runSubject({
      paths: [file],
      subjectFile,
      seeds: ['1', '2'],
      plans: ['none'],
      jobs: 1,
    })
    expect(result.broken).toEqual([])
    expect(result.measuringNothing).toEqual([])
    expect(result.score).toMatchObject({ satisfied: 2, satisfaction: 1 })
  })

  it('names every kind of step, every comparison and every function, and nothing else', () => {
    expect(firstColumn('step').toSorted()).toEqual([...stepKeys.keys()].toSorted())
    expect(firstColumn('comparison').toSorted()).toEqual(Object.keys(comparators).toSorted())
    for (const { form } of Object.values(functions)) expect(inYaml).toContain(`\`${form}\``)
  })
})

describe('the JSON Schema', () => {
  const validate = new Ajv({ allowUnionTypes: true, unicodeRegExp: true }).compile(storySchema())
  const read = (name: string): unknown =>
    parse(readFileSync(join(root, 'examples/stories', name), 'utf8'))

  it('takes the stories that there are', () => {
    expect(validate(parse(block(scenarios, 'story'))), JSON.stringify(validate.errors)).toBe(true)
    for (const name of [
      'leaver-keeps-no-access.yaml',
      'told-once.yaml',
      'unknown-person-changes-nothing.json',
    ]) {
      expect(validate(read(name)), JSON.stringify(validate.errors)).toBe(true)
    }
  })

  it.each([
    { given: 'okta.usr' },
    { given: 'okta.user', with: { emial: 'x' } },
    { given: 'okta.session', with: {} },
    { when: 'it acts' },
    { when: 'it acts', ask: 'PSOT /x' },
    { advence: '1 day' },
    { look: 'okta FETCH /x' },
    { must: 'be so', value: 1, equal: 1 },
    { must: 'be so', value: [], count: { most: 1 } },
  ])('refuses %j', (step) => {
    expect(validate({ scenario: 'A', twins: ['okta'], steps: [step] })).toBe(false)
  })
})
