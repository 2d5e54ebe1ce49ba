import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { attacks } from './attacks/all.ts'

const docs = readFileSync(join(import.meta.dirname, '../../../docs/containment.md'), 'utf8')

describe('the table of attacks', () => {
  it('has as many as docs/containment.md says, each by a name of its own', () => {
    expect(new Set(attacks.map(({ name }) => name)).size).toBe(attacks.length)
    expect(docs).toContain(`${attacks.length} hostile subjects`)
  })

  it('says of each what the journal must show, or why it can show nothing', () => {
    for (const { name, seen, unseen } of attacks) {
      expect(
        [seen, unseen].filter((one) => one !== undefined),
        name,
      ).toHaveLength(1)
    }
  })
})
