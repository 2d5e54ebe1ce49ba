import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { World } from '../engine/world.ts'
import { tablesOf } from '../runner/collateral.ts'
import { configSchema } from '../runner/config/config-shape.ts'
import { findConfig } from '../runner/config/find-config.ts'
import { runSubject } from '../runner/run-subject.ts'
import { subjectShape } from '../runner/subject/description-shape.ts'
import { wallForOwnCode } from '../runner/wall/choose.ts'
import { readWord } from '../runner/words.ts'
import { loadTwin, twinNames } from '../twins/index.ts'

const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'docs-'))
afterAll(() => rmSync(folder, { recursive: true }))

const scenarios = readFileSync(join(root, 'docs/scenarios.md'), 'utf8')
const subjects = readFileSync(join(root, 'docs/subjects.md'), 'utf8')
const language = pathToFileURL(join(root, 'runner/scenario.ts')).href
const config = pathToFileURL(join(root, 'runner/config.ts')).href

/** The block of code whose fence says so. */
function block(text: string, name: string): string {
  const found = new RegExp(`\`\`\`\\w+ ${name}\\n([\\s\\S]*?)\`\`\``).exec(text)
  expect(found, `a block "${name}"`).not.toBeNull()
  return found![1]!
}

/** The cells of the first column below a heading or above all headings, without their backquotes. */
function firstColumn(text: string, heading: string): string[] {
  const part = text.slice(text.indexOf(heading) + heading.length).split(/^## /m)[0]!
  return [...part.matchAll(/^\| (`.+?) \|/gm)].flatMap(([, cell]) =>
    [...cell!.matchAll(/`([^`]+)`/g)].map(([, word]) => word!),
  )
}

function write(name: string, text: string): string {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

describe('docs/scenarios.md', () => {
  const file = 'opened-once.ts'
  mkdirSync(folder, { recursive: true })
  write(file, block(scenarios, 'scenario').replace('backlot/scenario', language))
  write('rooms.mjs', block(subjects, 'rooms.mjs'))
  write('module.mjs', block(subjects, 'module.mjs'))
  write('service.mjs', block(subjects, 'service.mjs'))

  it.each(['subject', 'service-subject', 'module-subject'])(
    'shows a scenario that the %s of docs/subjects.md satisfies',
    async (name) => {
      const { score, measuringNothing, broken, trials } = await runSubject({
        paths: [join(folder, file)],
        subjectFile: write(`${name}.json`, block(subjects, name)),
        seeds: ['1', '2'],
        plans: ['none'],
        jobs: 1,
        wall: (await wallForOwnCode()).word,
      })
      expect(trials.flatMap(({ why }) => why)).toEqual([])
      expect([broken, measuringNothing]).toEqual([[], []])
      expect(score).toMatchObject({ satisfied: 2, satisfaction: 1 })
    },
  )

  it('names everything that a scenario is handed, and nothing else', async () => {
    const source = readFileSync(join(root, 'runner/scenario.ts'), 'utf8')
    const chance = readFileSync(join(root, 'runner/story-chance.ts'), 'utf8')
    const members = (text: string, name: string) => {
      const body = new RegExp(`interface ${name}\\b[^{]*\\{\\n([\\s\\S]*?)\\n\\}`).exec(text)![1]!
      return [...body.matchAll(/^ {2}(?:readonly )?(\w+):/gm)].map(([, word]) => word!)
    }
    const handed = [...members(source, 'KitBase'), ...members(chance, 'StoryChance'), ...twinNames]
    expect(firstColumn(scenarios, '## What a scenario is handed').toSorted()).toEqual(
      handed.toSorted(),
    )
  })

  it('shows words of change that are words', async () => {
    const world = World.create({ twins: await Promise.all(twinNames.map(loadTwin)) })
    const tables = [...tablesOf(world).keys()]
    const words = firstColumn(scenarios, '## Words of change')
    expect(words).toHaveLength(8)
    for (const word of words) expect(readWord(word, tables).text).toBe(word)
  })
})

describe('docs/subjects.md', () => {
  it('names every field of a description, and no other', () => {
    const { anyOf } = subjectShape.schema as { anyOf: { properties: object }[] }
    const known = new Set(anyOf.flatMap(({ properties }) => Object.keys(properties)))
    const named = firstColumn(subjects, '# Subjects on one page').filter((one) =>
      /^[a-zA-Z]+$/.test(one),
    )
    expect(named.toSorted()).toEqual([...known].toSorted())
  })

  it('shows a configuration that can be read, and names all that one may say', () => {
    write('backlot.config.ts', block(subjects, 'config').replace('backlot/config', config))
    expect(findConfig(folder)?.config).toMatchObject({ trials: 20 })
    const { properties } = configSchema as { properties: object }
    for (const name of Object.keys(properties)) expect(subjects).toContain(`\`${name}\``)
  })

  it('names the settings of every twin', async () => {
    for (const name of twinNames) {
      const { definition } = World.create({ twins: [await loadTwin(name)] }).twins.get(name)!
      const credentials = { api: 'x', bot: 'x', email: 'x', apiToken: 'x' }
      const env = definition.clientEnv?.('http://x', credentials as never) ?? {}
      const named = Object.keys(env).filter((one) => subjects.includes(`\`${one}\``))
      expect(named.length, name).toBeGreaterThanOrEqual(2)
    }
  })
})
