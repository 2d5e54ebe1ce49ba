import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { loadScenarios } from './load-scenarios.ts'

const folder = mkdtempSync(join(tmpdir(), 'load-scenarios-'))
afterAll(() => rmSync(folder, { recursive: true }))

const language = pathToFileURL(join(import.meta.dirname, 'scenario.ts')).href
const head = `import { scenario } from '${language}'\n`
const good = `${head}export default scenario('Good', { twins: ['okta'] }, () => {})\n`

function write(path: string, text: string): string {
  const file = join(folder, path)
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, text)
  return file
}

describe('loadScenarios', () => {
  it('finds scenarios by folder, file and id, and names them by path', async () => {
    write('scenarios/leavers/access.mjs', good)
    write('scenarios/leavers/deep/notes.mjs', good)
    write('scenarios/leavers/access.test.mjs', 'throw 1')
    write('scenarios/leavers/_shared.mjs', 'export const x = 1')
    write('scenarios/leavers/readme.md', '# no')
    write('cases/own.js', good)
    write('other/scenarios/far.js', good)
    const ids = async (...paths: string[]) =>
      (await loadScenarios(paths, folder)).scenarios.map(({ id }) => id)
    expect(await ids('scenarios')).toEqual(['leavers/access', 'leavers/deep/notes'])
    expect(await ids('scenarios/leavers/access.mjs', 'scenarios')).toHaveLength(2)
    expect(await ids('cases/own')).toEqual(['cases/own'])
    expect(await ids('other')).toEqual(['other/scenarios/far'])
    expect(await ids('other/scenarios/far')).toEqual(['other/scenarios/far'])
    expect(await ids('leavers')).toEqual(['leavers/access', 'leavers/deep/notes'])
  })

  it('finds stories in YAML and JSON, and leaves other data beside them alone', async () => {
    const story = 'scenario: Told\ntwins: [okta]\nsteps: []\n'
    write('told/scenarios/a.yaml', story)
    write('told/scenarios/b.yml', story)
    write('told/scenarios/c.json', '{ "scenario": "Told", "twins": ["okta"], "steps": [] }')
    write('told/scenarios/d.yaml', 'scenario: [')
    write('told/scenarios/subject.json', '{ "kind": "command", "command": ["node", "x.js"] }')
    write('told/scenarios/plan.yaml', 'faults:\n  - { twin: okta, on: any, at: 1 }\n')
    write('told/scenarios/_shared.yaml', story)
    const { scenarios, broken } = await loadScenarios(['scenarios'], join(folder, 'told'))
    expect(scenarios.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
    expect(broken.map(({ id }) => id)).toEqual(['d'])
    const byId = await loadScenarios(['b'], join(folder, 'told'))
    expect(byId.scenarios[0]!.scenario.name).toBe('Told')
    const { broken: named } = await loadScenarios(['scenarios/plan.yaml'], join(folder, 'told'))
    expect(named[0]!.error.what).toContain('A scenario has no "faults"')
  })

  it('plays one of two with the same id, that which the id leads to', async () => {
    const one = write('twice/a/x.ts', good.replace('Good', 'Led'))
    const others = [write('twice/a/x.mjs', good), write('twice/scenarios/a/x.ts', good)]
    const loaded = await loadScenarios(['a', 'scenarios'], join(folder, 'twice'))
    expect(loaded.scenarios.map(({ id, file }) => [id, file])).toEqual([['a/x', one]])
    expect(loaded.broken.map(({ file }) => file)).toEqual(others)
    expect(loaded.broken[0]!.error.message).toContain(
      'Its id "a/x" is that of a/x.ts as well. Rename one of them.',
    )
  })

  it('says so when a path leads nowhere or holds nothing', async () => {
    await expect(loadScenarios(['nowhere'], folder)).rejects.toThrow(
      'There is no scenario file or folder "nowhere". Give a file, a folder, or an id',
    )
    mkdirSync(join(folder, 'empty'))
    await expect(loadScenarios(['empty'], folder)).rejects.toThrow('There is no scenario in empty')
    const text = write('story.txt', 'twins: []')
    await expect(loadScenarios([text], folder)).rejects.toThrow('.ts, .js or .yaml file')
  })

  it('keeps the others when one is broken, and says where and why', async () => {
    const scenarios: [string, string, string, number | undefined, number | undefined][] = [
      ['a', 'export default 3', 'The file exports no scenario.', undefined, undefined],
      [
        'b',
        `${head}export default scenario('B', {\n  twins: ['okta'], tag: [] }, () => {})`,
        'A scenario has no option "tag".',
        3,
        20,
      ],
      [
        'c',
        `${head}export default scenario('C', { twins: [] }, () => {})`,
        'A scenario needs a list of twins.',
        2,
        32,
      ],
      [
        'd',
        `${head}export default scenario('D', { twins: ['okta'], budget: { call: 3 } }, () => {})`,
        'A budget has no "call".',
        2,
        59,
      ],
      [
        'e',
        `${head}export default scenario('E', { twins: ['okta'], minDepth: 'deep' }, () => {})`,
        'There is no depth "deep".',
        2,
        49,
      ],
    ]
    for (const [id, text] of scenarios) write(`broken/${id}.mjs`, text)
    write('broken/z.mjs', good)
    const loaded = await loadScenarios(['broken'], folder)
    expect(loaded.scenarios.map(({ id }) => id)).toEqual(['broken/z'])
    expect(
      loaded.broken.map(({ id, error }) => [
        id.slice(7),
        error.what,
        error.where.line,
        error.where.column,
      ]),
    ).toEqual(scenarios.map(([id, , what, line, column]) => [id, what, line, column]))
  })

  it('passes on what a file throws while it loads', async () => {
    write('throws.mjs', `${head}\nthrow new Error('no network here')\n`)
    const { broken } = await loadScenarios(['throws.mjs'], folder)
    expect(broken[0]!.error.what).toBe('The scenario does not load: no network here.')
  })
})
