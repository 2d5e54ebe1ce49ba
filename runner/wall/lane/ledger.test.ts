import { describe, expect, it } from 'vitest'
import { readLedger } from './ledger.ts'

function listed(elements: Record<string, unknown[]>): string {
  const names = ['tried4', 'tried6', 'other4', 'other6']
  const sets = names.map((name) => ({
    set: { name, ...(elements[name] === undefined ? {} : { elem: elements[name] }) },
  }))
  return JSON.stringify({ nftables: [{ metainfo: {} }, { table: { name: 'lane' } }, ...sets] })
}

describe('the ledger of a lane', () => {
  it('is read in one order, and just what was read is taken out', () => {
    const { lines, forget } = readLedger(
      listed({
        tried4: [
          { concat: ['udp', '203.0.113.9', 123] },
          { elem: { val: { concat: ['tcp', '203.0.113.9', 8080] } } },
          { concat: ['tcp', '203.0.113.9', 22] },
        ],
        tried6: [{ concat: ['tcp', '2001:db8::1', 22] }],
        other4: [{ concat: ['icmp', '203.0.113.1'] }],
      }),
    )
    expect(lines).toEqual([
      { protocol: 'icmp', address: '203.0.113.1' },
      { protocol: 'tcp', address: '2001:db8::1', port: 22 },
      { protocol: 'tcp', address: '203.0.113.9', port: 22 },
      { protocol: 'tcp', address: '203.0.113.9', port: 8080 },
      { protocol: 'udp', address: '203.0.113.9', port: 123 },
    ])
    expect(forget.split('\n')).toEqual([
      'delete element inet lane tried4 { udp . 203.0.113.9 . 123, tcp . 203.0.113.9 . 8080, tcp . 203.0.113.9 . 22 }',
      'delete element inet lane tried6 { tcp . 2001:db8::1 . 22 }',
      'delete element inet lane other4 { icmp . 203.0.113.1 }',
    ])
    expect(readLedger(listed({}))).toEqual({ lines: [], forget: '' })
  })

  it('says so when it is full, and stops when it is gone', () => {
    const many = Array.from({ length: 4096 }, (_, i) => ({ concat: ['tcp', '203.0.113.1', i] }))
    expect(readLedger(listed({ tried4: many })).lines).toContainEqual({
      protocol: 'any',
      address: 'more than 4096 destinations',
    })
    expect(() => readLedger('{"nftables":[{"table":{"name":"lane"}}]}')).toThrow('is gone')
  })
})
