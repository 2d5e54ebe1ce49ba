import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Call } from '../../engine/call.ts'
import { importOpenApi, parseDocument } from '../../engine/contract/read.ts'
import type { TwinDefinition } from '../../engine/twin.ts'
import { World } from '../../engine/world.ts'
import { countLives, countLooks } from './lives.ts'
import { callOf, openTo } from './sample-call.ts'
import { defineSpecTwin } from '../../engine/generic/spec-twin.ts'

const folder = new URL('../../../shared/specs/', import.meta.url)

const documents = [
  'google-drive-v3-openapi-apisguru',
  'google-sheets-v4-openapi-apisguru',
  'jira-platform-v3-2026-05-29',
  'okta-management-2026.06.3',
  'slack-web-api-generated-2026-08-03',
]

function twinOf(name: string): TwinDefinition<never> {
  const text = readFileSync(new URL(`${name}.json`, folder), 'utf8')
  const { contract } = importOpenApi(parseDocument(text, { name }))
  return openTo(defineSpecTwin({ name: 'spec', contract }) as unknown as TwinDefinition<never>)
}

describe.skipIf(!existsSync(folder)).each(documents)('%s from its document alone', (name) => {
  let known: TwinDefinition<never> | undefined
  const twinNow = () => (known ??= twinOf(name))

  test('answers every operation without a crash, within its own schema', () => {
    const world = World.create({ twins: [twinNow()], seed: name })
    const statuses = new Map<string, number>()
    const wrong: string[] = []
    const { operations } = twinNow().contract()
    for (const op of operations) {
      const entry = world.play('spec', callOf(world, op))
      const { status } = entry.reply
      expect(entry.crash, `${op.method} ${op.path}`).toBeUndefined()
      statuses.set(`${status}`, (statuses.get(`${status}`) ?? 0) + 1)
      if (status < 300 && entry.refusal === undefined && entry.divergences !== undefined)
        wrong.push(op.id)
    }
    console.log(
      `${name}: ${[...statuses]
        .sort()
        .map(([status, n]) => `${n} × ${status}`)
        .join(', ')}; ${wrong.length} invalid`,
    )
    expect(wrong.length).toBeLessThanOrEqual(operations.length / 100)
  })

  test('lets what is created be read, listed, changed and deleted', () => {
    const world = World.create({ twins: [twinNow()], seed: name })
    const { lives, coherent, broken, replies, invalid } = countLives(world)
    const what = `${coherent} of ${lives} lives coherent, ${invalid.length} of ${replies} replies invalid`
    console.log(
      `${name}: ${what}${broken.map((one) => `\n  ${one}`).join('')}${invalid.map((one) => `\n  invalid: ${one}`).join('')}`,
    )
    expect(coherent).toBeGreaterThanOrEqual(lives * 0.9)
    expect(invalid.length).toBeLessThanOrEqual(replies / 100)
  })

  test('answers looks within its own schema where their parents are there', () => {
    const { replies, invalid } = countLooks(World.create({ twins: [twinNow()], seed: name }))
    console.log(`${name}: ${replies} looks, ${invalid.length} invalid ${invalid.join(' ')}`)
    expect(invalid.length).toBeLessThanOrEqual(replies / 100)
  })

  test('answers the same bytes for the same seed', () => {
    const play = (): string => {
      const world = World.create({ twins: [twinNow()], seed: 'same' })
      const calls: Call[] = twinNow()
        .contract()
        .operations.slice(0, 150)
        .map((op) => callOf(world, op))
      return JSON.stringify(calls.map((call) => world.call('spec', call)))
    }
    expect(play()).toBe(play())
  })
})
