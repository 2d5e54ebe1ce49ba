import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { World } from '../engine/world.ts'
import { findPlan } from '../runner/fault-plans.ts'
import { actionForms } from '../runner/faults/actions.ts'
import { namedPlans } from '../runner/faults/catalogue.ts'
import { isPlanFile } from '../runner/faults/language.ts'
import { loadTwin, twinNames } from '../twins/index.ts'

const text = readFileSync(join(import.meta.dirname, '../docs/faults.md'), 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'docs-faults-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** The rows of the tables below a heading, cell by cell. */
function rows(heading: string): string[][] {
  const part = text.slice(text.indexOf(heading) + heading.length).split(/^## /m)[0]!
  return [...part.matchAll(/^\| (`.+) \|$/gm)].map(([, row]) =>
    row!.split('|').map((cell) => cell.trim()),
  )
}

const wordsOf = (cell: string): string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, word]) => word!)

async function world(): Promise<World> {
  return World.create({ twins: await Promise.all(twinNames.map(loadTwin)) })
}

describe('docs/faults.md', () => {
  it('names every plan and variant as backlot faults explains it', () => {
    const told = new Map(rows('## Plans').map(([name, ...cells]) => [wordsOf(name!)[0], cells]))
    const expected = Object.entries(namedPlans).flatMap(([name, plan]) => [
      [name, plan.about, plan.careful] as const,
      ...Object.entries(plan.variants ?? {}).map(
        ([variant, { about }]) => [`${name}:${variant}`, about, ''] as const,
      ),
    ])
    expect([...told.keys()]).toEqual(['none', ...expected.map(([name]) => name)])
    for (const [name, about, careful] of expected) {
      expect(told.get(name)!.slice(0, 2)).toEqual([about, careful])
    }
  })

  it('says truly which plans take a number and which a time', async () => {
    const all = rows('## Plans')
    expect(all.length).toBeGreaterThan(30)
    for (const [cell, , , takes] of all) {
      const name = wordsOf(cell!)[0]!
      if (name === 'none') continue
      for (const amount of ['*5', '*30s']) {
        const read = findPlan(name + amount).then(
          () => true,
          () => false,
        )
        expect([name, amount, await read]).toEqual([name, amount, takes!.includes(amount)])
      }
    }
  })

  it('shows plans that can be read and drawn', async () => {
    const base = await world()
    const shown = rows('## How a plan is written').flatMap(([cell]) => wordsOf(cell!))
    expect(shown.length).toBeGreaterThan(9)
    for (const word of shown) {
      if (word.includes('@desk') || isPlanFile(word.split('+')[1] ?? '')) continue
      expect((await findPlan(word)).draw(base, '1').faults.length).toBeGreaterThan(0)
    }
  })

  it('names every action with its fields, and no other', () => {
    const told = rows('## A file of your own')
    const known = ['twin', 'on', 'at', 'times', 'forMs', 'stays', 'action']
    expect(told.slice(0, known.length).map(([cell]) => wordsOf(cell!)[0])).toEqual(known)
    const kinds = told
      .slice(known.length)
      .map(([kind, fields]) => [wordsOf(kind!)[0], wordsOf(fields!)])
    expect(kinds).toEqual(
      Object.entries(actionForms).map(([kind, { needs, may }]) => [
        kind,
        [...Object.keys(needs), ...Object.keys(may)],
      ]),
    )
  })

  it('shows a file that is a plan', async () => {
    const [, yaml] = /```yaml plan\n([\s\S]*?)```/.exec(text)!
    const file = join(folder, 'plan.yaml')
    writeFileSync(file, yaml!)
    const { faults } = (await findPlan(file)).draw(await world(), '1')
    const kinds = new Set(faults.map(({ action }) => action.kind))
    expect([...kinds].sort()).toEqual(expect.arrayContaining(['delay', 'drop-after', 'latency']))
    expect(faults.length).toBeGreaterThanOrEqual(8)
  })
})
