import { describe, expect, it } from 'vitest'
import { readLedger, withLedger, type Ledger } from './ledger.ts'

const ledger: Ledger = {
  twin: 'board',
  operations: 7,
  byDepth: { spec: 1, learned: 0, behaved: 6, checked: 0 },
  list: [],
}
const page =
  '# Title\n\n<!-- ledger: written by npm run ledger -->\nold\n<!-- /ledger -->\n\nrest\n'

describe('the ledger', () => {
  it('counts every operation of a twin once, by its depth', async () => {
    const { operations, byDepth, list } = await readLedger('slack')
    expect(list).toHaveLength(operations)
    expect(Object.values(byDepth).reduce((a, b) => a + b)).toBe(operations)
    expect(list.find(({ id }) => id === 'chat.postMessage')!.depth).not.toBe('spec')
  })

  it('is written between its marks, and twice is once', () => {
    const once = withLedger(page, [ledger], 'README.md')
    expect(once).toContain('| twin  | operations | spec | learned | behaved | checked |')
    expect(once).toContain('| board |          7 |    1 |       0 |       6 |       0 |')
    expect(once).toMatch(/^# Title\n[\s\S]*<!-- \/ledger -->\n\nrest\n$/)
    expect(once).not.toContain('old')
    expect(withLedger(once, [ledger], 'README.md')).toBe(once)
  })

  it('says where it would stand when there is no place for it', () => {
    expect(() => withLedger('# Title', [ledger], 'README.md')).toThrow(
      /no place for the ledger.*<!-- ledger/,
    )
  })
})
