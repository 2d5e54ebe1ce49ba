import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readDescription } from '../subject/description.ts'
import { wallWords } from './choose.ts'
import { defaultLimits } from './lane/limits.ts'
import { trustEnv } from './lane/trust.ts'

const text = readFileSync(join(import.meta.dirname, '../../docs/containment.md'), 'utf8')

describe('docs/containment.md', () => {
  it('shows a description that is one', () => {
    const block = /```json\n([\s\S]*?)```/.exec(text)![1]!
    const description = readDescription(JSON.parse(block), () => ({}))
    expect(description).toMatchObject({ kind: 'command', limits: { processes: 64 } })
  })

  it('names every limit with its default, every wall, and only settings that there are', () => {
    const rows = [...text.matchAll(/^\| `(\w+)` \| [^|]+ \| (\d+) \|$/gm)]
    expect(Object.fromEntries(rows.map(([, name, value]) => [name, Number(value)]))).toEqual(
      defaultLimits,
    )
    for (const word of wallWords) expect(text).toContain(`| \`${word}\` |`)
    const named = [...text.matchAll(/`(\w+_(?:CERT|CERTS|BUNDLE|CAINFO|FILE)\w*)`/g)]
    expect(named.length).toBeGreaterThanOrEqual(5)
    for (const [, name] of named) expect(trustEnv).toHaveProperty(name!)
  })
})
