import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createLinearTest } from './linear-match.ts'
import { compilePattern, parsePatternSource } from './pattern.ts'
import { createSafePattern } from './safe-pattern.ts'
import { samplePattern } from './sample-pattern.ts'

const atom = fc.constantFrom(
  'a',
  'b',
  '[ab]',
  '[^a]',
  '.',
  '\\d',
  '\\w',
  '\\.',
  '\\b',
  '^',
  '$',
  '{',
)
const { source } = fc.letrec<{ source: string }>((tie) => ({
  source: fc.oneof(
    { maxDepth: 4 },
    atom,
    fc.tuple(tie('source'), tie('source')).map((pair) => pair.join('')),
    fc.tuple(tie('source'), tie('source')).map(([a, b]) => `(${a}|${b})`),
    fc
      .tuple(tie('source'), fc.constantFrom('*', '+', '?', '{2}', '{1,3}', '{0,}', '*?'))
      .map(([a, sign]) => `(?:${a})${sign}`),
  ),
}))

describe('linear matching', () => {
  test('agrees with the built-in engine on every pattern and text', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '1', '.', ' ', '{'), maxLength: 8 })
    fc.assert(
      fc.property(source, fc.array(text, { maxLength: 5 }), (pattern, texts) => {
        const parsed = parsePatternSource(pattern)
        const matches = parsed && createLinearTest(parsed)
        if (!matches) return
        const regExp = compile(pattern)
        for (const sample of texts) expect(matches(sample)).toBe(regExp.test(sample))
      }),
      { numRuns: 1000 },
    )
  })

  test('answers long texts exactly where the built-in engine would hang', () => {
    const slug = createSafePattern('^[a-z0-9]+(-[a-z0-9]+)*$', () => {})
    expect(slug.test(`${'a-'.repeat(5000)}a`)).toBe(true)
    expect(slug.test(`${'a-'.repeat(5000)}!`)).toBe(false)
    expect(createSafePattern('^(a+)+$', () => {}).test(`${'a'.repeat(50_000)}b`)).toBe(false)
    expect(createSafePattern('(x+x+)+y', () => {}).test('x'.repeat(50_000))).toBe(false)
  })

  test('lets through what it cannot judge', () => {
    expect(createSafePattern('^(?=(a+)+$)b', () => {}).test('a'.repeat(50_000))).toBe(true)
    expect(parsePatternSource('(a)\\1')).toBeUndefined()
    expect(parsePatternSource('(')).toBeUndefined()
  })
})

describe('samplePattern', () => {
  const any = { min: 0, max: Infinity }
  const random = (): number => 0.4

  test('writes texts for the patterns that documents have', () => {
    const sources = [
      '^[A-Z]{3}-\\d+$',
      '^(https?)://[a-z.]+$',
      '[\\w-.]+@[a-z]+\\.com',
      '^\\p{L}{2,5}$',
      '^0oa[0-9a-zA-Z]{17}$',
      '^(?=.*\\d).{8,}$',
      '^\\+?[1-9]\\d{1,14}$',
      '^$',
      '(?i)^[a-f]{8}$',
      '^P(?:$)(\\d+Y)?(\\d+M)?(T\\d)?$',
    ]
    for (const pattern of sources) {
      let turn = 0
      const text = samplePattern(pattern, any, () => (turn++ * 0.37) % 1)
      expect(text).toMatch(compile(pattern))
    }
  })

  test('obeys length, and gives up where it cannot', () => {
    expect(
      samplePattern('^[a-z]+$', { min: 40, max: 60 }, () => 0.9)?.length,
    ).toBeGreaterThanOrEqual(40)
    expect(samplePattern('^[a-z]{5}$', { min: 10, max: 20 }, random)).toBeUndefined()
    expect(samplePattern('(a)\\1', any, random)).toBeUndefined()
  })

  test('writes only texts that match', () => {
    fc.assert(
      fc.property(
        source,
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        (pattern, stream) => {
          const text = samplePattern(pattern, any, () => stream.next().value)
          expect(text === undefined || compile(pattern).test(text)).toBe(true)
        },
      ),
    )
  })
})

function compile(pattern: string): RegExp {
  return compilePattern(pattern) as RegExp
}
