import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readBody } from './body.ts'
import type { Body, Operation, Schema } from './contract.ts'
import { readMultipart } from './multipart.ts'

function operation(types: Record<string, Schema>, more: Partial<Body> = {}): Operation {
  const body: Body = { types, ...more }
  return { id: 'op', method: 'POST', path: '/', params: [], body, replies: {}, security: [] }
}

function read(op: Operation, contentType: string | undefined, body: unknown) {
  return readBody(op, { contentType, body }, { schemas: {} })
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const json = operation({ 'application/json': true })
const form = 'application/x-www-form-urlencoded'

describe('readBody', () => {
  test('reads JSON from bytes, text and plain values', () => {
    const expected = { value: { a: 1 }, mediaType: 'application/json' }
    expect(read(json, 'application/json; charset=utf-8', bytes('{"a":1}'))).toEqual(expected)
    expect(read(json, 'Application/JSON', '{"a":1}')).toEqual(expected)
    expect(read(json, undefined, { a: 1 })).toEqual(expected)
    expect(
      read(operation({ 'application/scim+json': true }), 'application/scim+json', '1').value,
    ).toBe(1)
  })

  test('names what is wrong in neutral kinds', () => {
    const kind = (type: string | undefined, body: unknown, op = json) =>
      read(op, type, body).problem?.kind
    expect(kind('application/json', '{')).toBe('malformed')
    expect(kind('application/json', Uint8Array.of(34, 0xff, 34))).toBe('not-utf8')
    expect(kind('application/json; charset=klingon', bytes('1'))).toBe('unsupported-type')
    expect(kind('text/plain', 'x')).toBe('unsupported-type')
    expect(kind('application/json', '')).toBeUndefined()
    const needed = operation({ 'application/json': true }, { required: true })
    expect(kind('application/json', new Uint8Array(), needed)).toBe('missing')
    expect(read(json, form, 'a=1')).toMatchObject({ value: { a: '1' }, mediaType: form })
  })

  test('falls back to the wildcard types of the contract', () => {
    expect(read(operation({ 'text/*': true }), 'text/csv', 'a,b')).toEqual({
      value: 'a,b',
      mediaType: 'text/*',
    })
    expect(read(operation({ '*/*': true }), 'image/png', bytes('x')).value).toEqual(bytes('x'))
  })

  test('refuses JSON that nests too deeply, and drops keys that poison prototypes', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000)
    expect(read(json, 'application/json', deep).problem?.kind).toBe('malformed')
    expect(
      read(json, 'application/json', '['.repeat(199) + ']'.repeat(199)).problem,
    ).toBeUndefined()
    const { value } = read(
      json,
      'application/json',
      '{"__proto__":{"x":1},"a":{"\\u005f_proto__":1}}',
    )
    expect(Object.keys(value as object)).toEqual(['a'])
    expect(Object.keys((value as { a: object }).a)).toEqual([])
  })

  test('types a form by its schema', () => {
    const schema = {
      type: 'object',
      properties: {
        limit: { type: 'integer' },
        unread: { type: 'boolean' },
        users: { type: 'array', items: { type: 'string' } },
        ids: { type: 'array', items: { type: 'integer' } },
        blocks: { type: 'array', items: { type: 'object' } },
        view: { type: 'object' },
        text: { type: 'string' },
      },
    }
    const op = operation({ [form]: schema }, { encoding: { users: { explode: false } } })
    const text =
      'limit=5&unread=true&users=a,b&ids=1&ids=2&text=%7B%7D+x&blocks=%5B%7B%22a%22%3A1%7D%5D&view=%7B%22b%22%3A2%7D&more=1'
    expect(read(op, form, bytes(text)).value).toEqual({
      limit: 5,
      unread: true,
      users: ['a', 'b'],
      ids: [1, 2],
      text: '{} x',
      blocks: [{ a: 1 }],
      view: { b: 2 },
      more: '1',
    })
    expect(read(op, form, 'text=%').problem?.kind).toBe('malformed')
    expect(Object.keys(read(op, form, '__proto__=1').value as object)).toEqual([])
  })

  test('reads multipart: fields by schema, files as parts', () => {
    const schema = {
      type: 'object',
      properties: { n: { type: 'integer' }, file: { type: 'string', format: 'binary' } },
    }
    const op = operation({ 'multipart/form-data': schema })
    const text = [
      'preamble',
      '--b',
      'Content-Disposition: form-data; name="n"',
      '',
      '5',
      '--b',
      'content-disposition: form-data; name="file"; filename="a \\"b\\".txt"',
      'Content-Type: text/plain',
      '',
      'two\r\nlines --b',
      '--b--',
      '',
    ].join('\r\n')
    const result = read(op, 'multipart/form-data; boundary="b"', bytes(text))
    expect(result.problem).toBeUndefined()
    expect(result.value).toEqual({
      n: 5,
      file: {
        name: 'file',
        filename: 'a "b".txt',
        type: 'text/plain',
        bytes: bytes('two\r\nlines --b'),
      },
    })
    expect(result.parts).toHaveLength(2)
    expect(read(op, 'multipart/form-data', bytes(text)).problem?.kind).toBe('malformed')
    expect(read(op, 'multipart/form-data; boundary=b', bytes('--b\r\n')).problem?.kind).toBe(
      'malformed',
    )
  })

  test('keeps every byte of a part', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (content) => {
        const head = bytes(
          '--xyz\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n',
        )
        const tail = bytes('\r\n--xyz--')
        const body = new Uint8Array([...head, ...content, ...tail])
        expect(readMultipart(body, 'xyz')).toEqual([{ name: 'f', filename: 'f', bytes: content }])
      }),
    )
  })

  test('reads multipart that a standard client writes', async () => {
    const data = new FormData()
    data.append('comment', 'naïve')
    data.append('file', new Blob([Uint8Array.of(0, 255, 13, 10)]), 'x.bin')
    const request = new Request('http://x', { method: 'POST', body: data })
    const body = new Uint8Array(await request.arrayBuffer())
    const type = request.headers.get('content-type') ?? ''
    expect(read(operation({ 'multipart/form-data': true }), type, body).value).toMatchObject({
      comment: 'naïve',
      file: { filename: 'x.bin', bytes: Uint8Array.of(0, 255, 13, 10) },
    })
  })
})
