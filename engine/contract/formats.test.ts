import { createRequire } from 'node:module'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fastFormats, withFastPath } from './formats.ts'

type Test = (text: string) => boolean
type Complete = RegExp | Test | { validate: Test }

const require = createRequire(import.meta.url)
const { fullFormats } = require('ajv-formats/dist/formats.js') as {
  fullFormats: Record<string, Complete>
}

function complete(name: string, text: string): boolean {
  const format = fullFormats[name] as Complete
  if (format instanceof RegExp) return format.test(text)
  return typeof format === 'function' ? format(text) : format.validate(text)
}

test.each(fastFormats)('judges %s as the complete definition does', (name) => {
  const fast = withFastPath(name, fullFormats[name])
  const samples = [
    '2024-02-29T10:00:00Z',
    '2024-01-31T23:59:59.999Z',
    'a.b+c@example.co',
    'http://a.b/c?d',
  ]
  const sample = fc.constantFrom(...samples, 'https://x.example.com:8080/a/b:c')
  const edit = fc.tuple(sample, fc.nat(40), fc.nat(3), fc.string({ maxLength: 3 }))
  fc.assert(
    fc.property(edit, ([text, at, cut, insert]) => {
      const changed = text.slice(0, at) + insert + text.slice(at + cut)
      expect(fast?.(changed)).toBe(complete(name, changed))
    }),
    { numRuns: 2000 },
  )
})
