import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EntryCutter, entryBytesMax } from './har-entries.ts'
import { readEntry } from './har-entry.ts'

function cut(text: string, size: number): string[] {
  const cutter = new EntryCutter()
  const bytes = Buffer.from(text)
  const out: string[] = []
  for (let at = 0; at < bytes.length; at += size)
    out.push(...cutter.take(bytes.subarray(at, at + size)))
  return out
}

describe('entries of a HAR', () => {
  test('are the same however the bytes come in', () => {
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(fc.string(), fc.jsonValue())),
        fc.integer({ min: 1, max: 50 }),
        (entries, size) => {
          const text = JSON.stringify({
            entries: [{ no: 1 }],
            log: { pages: [{}], entries, comment: '"]}' },
          })
          expect(cut(text, size).map((one) => JSON.parse(one) as unknown)).toEqual(
            JSON.parse(JSON.stringify(entries)),
          )
        },
      ),
    )
  })

  test('are found when the file breaks off', () => {
    expect(cut('{"log":{"entries":[{"a":1},{"b":', 7)).toEqual(['{"a":1}'])
  })

  test('that are too large are skipped, and nothing of them is kept', () => {
    const cutter = new EntryCutter()
    cutter.take(Buffer.from('{"log":{"entries":[{"x":"'))
    const block = Buffer.alloc(1 << 20, 97)
    for (let i = 0; i <= entryBytesMax / block.length; i++) expect(cutter.take(block)).toEqual([])
    expect(cutter.take(Buffer.from('"},{"y":2}]}}'))).toEqual(['{"y":2}'])
    expect(cutter.skipped).toBe(1)
  })

  test('of any content are read or left out, and never change what objects are', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (request, response, headers) => {
        for (const entry of [
          request,
          { request, response },
          {
            request: { url: 'https://a.example/x', headers, postData: request },
            response: { status: 200, headers, content: response },
          },
        ])
          readEntry(JSON.stringify(entry), 'c', 0)
      }),
    )
    const hostile =
      '{"request":{"method":"POST","url":"https://a.example/__proto__","headers":[{"name":"__proto__","value":"x"}],' +
      '"postData":{"text":"{\\"__proto__\\":{\\"polluted\\":1}}"}},"response":{"status":200,"headers":[{"name":"__proto__","value":"y"}],' +
      '"content":{"text":"{\\"__proto__\\":{\\"polluted\\":1}}"}}}'
    expect(readEntry(hostile, 'c', 0)).toBeDefined()
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })
})

describe('an entry', () => {
  const entry = (more: object, postData?: object) =>
    JSON.stringify({
      request: { method: 'POST', url: 'https://a.example/b', headers: [], postData },
      response: { status: 200, headers: [], content: {} },
      ...more,
    })

  test('tells a packed body, however its packing is called', () => {
    const text = Buffer.from('{"a":1}').toString('base64')
    for (const name of ['encoding', '_encoding'])
      expect(readEntry(entry({}, { text, [name]: 'base64' }), 'c', 0)!.body).toBe('{"a":1}')
  })

  test('is none where the answer broke off, or another protocol began', () => {
    expect(readEntry(entry({ _error: 'ECONNRESET' }), 'c', 0)).toBeUndefined()
    const upgrade = { response: { status: 101, headers: [], content: {} } }
    expect(readEntry(entry(upgrade), 'c', 0)).toBeUndefined()
    expect(readEntry(entry({ response: { status: 200, _error: null } }), 'c', 0)).toBeDefined()
  })
})
