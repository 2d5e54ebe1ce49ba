import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Operation, Param, Schema } from './contract.ts'
import { readParams } from './params.ts'

function operation(...params: Param[]): Operation {
  return { id: 'op', method: 'GET', path: '/', params, replies: {}, security: [] }
}

function read(
  params: Param[],
  source: Partial<Parameters<typeof readParams>[1]>,
  defaults = false,
) {
  const full = { query: '', headers: {}, path: {}, ...source }
  return readParams(operation(...params), full, { schemas: {}, defaults })
}

const color = { type: 'array', items: { type: 'string' } }
const rgb = { type: 'object', properties: { R: { type: 'integer' }, G: { type: 'integer' } } }

describe('readParams', () => {
  const table: [Param['in'], Param['style'], boolean, Schema, string, unknown][] = [
    ['path', 'simple', false, color, 'blue,black', ['blue', 'black']],
    ['path', 'simple', false, rgb, 'R,100,G,200', { R: 100, G: 200 }],
    ['path', 'simple', true, rgb, 'R=100,G=200', { R: 100, G: 200 }],
    ['path', 'label', false, { type: 'string' }, '.blue', 'blue'],
    ['path', 'label', false, color, '.blue,black', ['blue', 'black']],
    ['path', 'label', true, color, '.blue.black', ['blue', 'black']],
    ['path', 'label', true, rgb, '.R=100.G=200', { R: 100, G: 200 }],
    ['path', 'label', false, rgb, '.R,100,G,200', { R: 100, G: 200 }],
    ['path', 'matrix', false, { type: 'string' }, ';p=blue', 'blue'],
    ['path', 'matrix', false, color, ';p=blue,black', ['blue', 'black']],
    ['path', 'matrix', true, color, ';p=blue;p=black', ['blue', 'black']],
    ['path', 'matrix', false, rgb, ';p=R,100,G,200', { R: 100, G: 200 }],
    ['path', 'matrix', true, rgb, ';R=100;G=200', { R: 100, G: 200 }],
    ['query', 'form', true, color, 'p=blue&p=black', ['blue', 'black']],
    ['query', 'form', true, color, 'p=blue', ['blue']],
    ['query', 'form', false, color, 'p=blue,black', ['blue', 'black']],
    ['query', 'form', false, color, 'p=blue%2Cblack', ['blue', 'black']],
    ['query', 'form', false, color, 'p=a%2Cb,c', ['a,b', 'c']],
    ['query', 'form', false, color, 'p=a&p=b,c', ['a', 'b', 'c']],
    ['query', 'form', false, rgb, 'p=R,100,G,200', { R: 100, G: 200 }],
    ['query', 'form', true, rgb, 'R=100&G=200', { R: 100, G: 200 }],
    ['query', 'spaceDelimited', false, color, 'p=blue%20black', ['blue', 'black']],
    ['query', 'spaceDelimited', false, color, 'p=blue+black', ['blue', 'black']],
    ['query', 'spaceDelimited', false, rgb, 'p=R%20100%20G%20200', { R: 100, G: 200 }],
    ['query', 'pipeDelimited', false, color, 'p=blue|black', ['blue', 'black']],
    ['query', 'pipeDelimited', false, color, 'p=blue%7Cblack', ['blue', 'black']],
    ['query', 'deepObject', true, rgb, 'p[R]=100&p%5BG%5D=200', { R: 100, G: 200 }],
    ['header', 'simple', false, color, 'blue, black', ['blue', 'black']],
    ['header', 'simple', true, rgb, 'R=100,G=200', { R: 100, G: 200 }],
    ['cookie', 'form', false, color, 'p=blue,black', ['blue', 'black']],
  ]

  test.each(table)('reads %s, %s, explode %s', (place, style, explode, schema, text, expected) => {
    const param: Param = { name: 'p', in: place, style: style ?? 'form', explode, schema }
    const source =
      place === 'query'
        ? { query: `?${text}` }
        : place === 'cookie'
          ? { cookie: text }
          : { headers: { p: text }, path: { p: text } }
    expect(read([param], source)).toEqual({
      values: {
        path: source.path && place !== 'path' ? source.path : {},
        query: {},
        header: {},
        cookie: {},
        [place]: { p: expected },
      },
      problems: [],
    })
  })

  test('coerces by type and leaves what does not fit', () => {
    const of = (type: string | string[], text: string) =>
      read([{ name: 'p', in: 'query', schema: { type } }], { query: `p=${text}` }).values.query['p']
    expect(of('integer', '12')).toBe(12)
    expect(of('number', '-1.5e3')).toBe(-1500)
    expect(of('integer', 'twelve')).toBe('twelve')
    expect(of('integer', '')).toBe('')
    expect(of('integer', '0x10')).toBe('0x10')
    expect(of('boolean', 'true')).toBe(true)
    expect(of('boolean', 'yes')).toBe('yes')
    expect(of('string', '12')).toBe('12')
    expect(of(['integer', 'null'], 'null')).toBe(null)
  })

  test('coerces into a union, through references, and honours words of an enum', () => {
    const union: Schema = {
      anyOf: [{ type: 'integer' }, { type: 'array', items: { type: 'integer' } }],
    }
    const param: Param = { name: 'p', in: 'query', schema: union }
    expect(read([param], { query: 'p=1' }).values.query).toEqual({ p: 1 })
    expect(read([param], { query: 'p=1&p=2' }).values.query).toEqual({ p: [1, 2] })
    const words: Schema = { anyOf: [{ type: 'integer' }, { type: 'string', enum: ['1'] }] }
    expect(read([{ ...param, schema: words }], { query: 'p=1' }).values.query).toEqual({ p: '1' })
    const op = operation({ name: 'p', in: 'query', schema: { $ref: '#/schemas/N' } })
    const source = { query: 'p=1', headers: {}, path: {} }
    const schemas = { N: { $ref: '#/schemas/M' }, M: { type: 'integer' } }
    expect(readParams(op, source, { schemas }).values.query).toEqual({ p: 1 })
  })

  test('keeps undeclared query parameters as strings', () => {
    const { values } = read([], { query: 'a=1&b=x+y&a=2&c' })
    expect(values.query).toEqual({ a: '1', b: 'x y', c: '' })
  })

  test('reads a parameter that is a document, and tells when it is broken', () => {
    const param: Param = { name: 'p', in: 'query', mediaType: 'application/json', schema: rgb }
    expect(read([param], { query: 'p=%7B%22R%22%3A1%7D' }).values.query).toEqual({ p: { R: 1 } })
    expect(read([param], { query: 'p={' }).problems).toMatchObject([
      { rule: 'malformed', name: 'p' },
    ])
  })

  test('tells broken percent-encoding in each place and throws nowhere', () => {
    const schema = { type: 'string' }
    const params: Param[] = [
      { name: 'q', in: 'query', schema },
      { name: 'c', in: 'cookie', schema },
    ]
    const { problems, values } = read(params, { query: 'q=%zz&%=1&u=%', cookie: 'c=%' })
    expect(problems.map(({ name }) => name)).toEqual(['%', 'q', 'c', 'u'])
    expect(values.query['q']).toBe('%zz')
  })

  test('fills in defaults only when asked', () => {
    const param: Param = { name: 'limit', in: 'query', schema: { type: 'integer', default: 50 } }
    expect(read([param], {}).values.query).toEqual({})
    expect(read([param], {}, true).values.query).toEqual({ limit: 50 })
  })

  test('pollutes no prototype', () => {
    const deep: Param = { name: 'f', in: 'query', style: 'deepObject', schema: { type: 'object' } }
    const query =
      'f[__proto__][x]=1&f[constructor][prototype][x]=1&__proto__=1&f[a][__proto__]=2&constructor=3'
    const { values } = read([deep], { query })
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
    expect(Object.getPrototypeOf(values.query)).toBe(Object.prototype)
    expect(Object.getPrototypeOf(values.query['f'])).toBe(Object.prototype)
    expect(values.query['constructor']).toBe('3')
    const spread: Param = { name: 's', in: 'query', schema: { type: 'object' } }
    expect(read([spread], { query: '__proto__=1&a=2' }).values.query).toEqual({ s: { a: '2' } })
  })

  test('reads deeper objects and lists as the common parsers write them', () => {
    const schema = {
      type: 'object',
      properties: { tags: { type: 'array', items: { type: 'integer' } } },
    }
    const param: Param = { name: 'f', in: 'query', style: 'deepObject', schema }
    const { values } = read([param], { query: 'f[tags][]=1&f[tags][]=2&f[a][b]=c' })
    expect(values.query).toEqual({ f: { tags: [1, 2], a: { b: 'c' } } })
  })

  test('gives what lies deep its types, and reads numbered and unnamed members as lists', () => {
    const whole: Schema = { type: 'integer' }
    const line: Schema = { type: 'object', properties: { count: whole } }
    const schema: Schema = {
      type: 'object',
      properties: {
        price: { anyOf: [line, { type: 'string', enum: [''] }] },
        lines: { type: 'array', items: line },
        by: { type: 'object', additionalProperties: line },
      },
    }
    const param: Param = { name: 'f', in: 'query', style: 'deepObject', schema }
    const query = 'f[price][count]=3&f[lines][0][count]=1&f[lines][1][count]=x&f[by][usd][count]=4'
    expect(read([param], { query }).values.query).toEqual({
      f: {
        price: { count: 3 },
        lines: [{ count: 1 }, { count: 'x' }],
        by: { usd: { count: 4 } },
      },
    })
    const either = {
      anyOf: [
        { type: 'array', items: whole },
        { type: 'string', enum: [''] },
      ],
    }
    const both: Param = { ...param, schema: { type: 'object', properties: { either } } }
    expect(read([both], { query: 'f[either]=' }).values.query).toEqual({ f: { either: '' } })
    expect(read([both], { query: 'f[either][]=1' }).values.query).toEqual({ f: { either: [1] } })
    const list: Param = { ...param, schema: { type: 'array', items: whole } }
    expect(read([list], { query: 'f[]=1&f[]=2' }).values.query).toEqual({ f: [1, 2] })
  })

  test('gives back what a client wrote, for every style', () => {
    const word = fc
      .string({ minLength: 1 })
      .filter((text) => !/[,.;=|\s]/.test(text) && !text.startsWith('#'))
    const list = fc.array(word, { minLength: 2, maxLength: 5 })
    const styles = fc.constantFrom<[Param['style'], boolean, string]>(
      ['form', false, ','],
      ['form', true, '&p='],
      ['spaceDelimited', false, '%20'],
      ['pipeDelimited', false, '|'],
    )
    fc.assert(
      fc.property(list, styles, (items, [style, explode, joint]) => {
        const query = `p=${items.map(encodeURIComponent).join(joint)}`
        const param: Param = {
          name: 'p',
          in: 'query',
          style: style ?? 'form',
          explode,
          schema: color,
        }
        expect(read([param], { query }).values.query).toEqual({ p: items })
      }),
    )
  })

  test('never throws, whatever the query', () => {
    const params: Param[] = [
      { name: 'a', in: 'query', schema: color },
      { name: 'b', in: 'query', schema: rgb },
      { name: 'c', in: 'query', style: 'deepObject', schema: rgb },
    ]
    const piece = fc.constantFrom(
      'a',
      'b',
      'c',
      '[',
      ']',
      '=',
      '&',
      '%',
      '%2',
      ',',
      'R',
      '__proto__',
      '[]',
    )
    fc.assert(
      fc.property(fc.array(piece), (pieces) => void read(params, { query: pieces.join('') })),
    )
  })
})
