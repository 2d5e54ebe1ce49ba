import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { createChance, drawFraction } from '../chance.ts'
import type { Schema } from './contract.ts'
import { isJsonType } from './media-type.ts'
import type { Problem } from './problem.ts'
import { importOpenApi } from './read.ts'
import { sampleSchema } from './sample.ts'
import { createValidator } from './validate.ts'

/**
 * Goal: what we make up for any operation of any real document is what the document allows.
 * Method: one sample of every reply and request of every document, checked by the validator.
 */
const folder = new URL('../../../shared/specs/', import.meta.url)
const files = existsSync(folder)
  ? readdirSync(folder).filter((file) => /openapi|okta|jira|slack-web/.test(file))
  : []

describe.skipIf(files.length === 0)('samples of real documents', () => {
  test.each(files)('%s: at least 99.5 % are valid', (file) => {
    const document: unknown = JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
    const { contract } = importOpenApi(document)
    const { checkBody, checkReply } = createValidator(contract)
    const exceptions: string[] = []
    let count = 0
    const make = (schema: Schema, direction: 'request' | 'reply'): unknown => {
      const chance = createChance(`${file} ${count++}`)
      const random = (): number => drawFraction(chance)
      return sampleSchema(contract, schema, { random, now: 1.7e12, direction })
    }
    const note = (what: string, problems: readonly Problem[]): void => {
      if (problems.length > 0) exceptions.push(`${what}: ${JSON.stringify(problems[0])}`)
    }
    for (const op of contract.operations) {
      for (const [type, schema] of Object.entries(op.body?.types ?? {}))
        note(`${op.id} ${type}`, checkBody(op, type, make(schema, 'request')))
      for (const [key, { types }] of Object.entries(op.replies)) {
        const status = key === 'default' ? 599 : Number(key.replace('XX', '99'))
        for (const [type, schema] of Object.entries(types).filter(([name]) => isJsonType(name)))
          note(`${op.id} ${key}`, checkReply(op, status, type, make(schema, 'reply')))
      }
    }
    if (exceptions.length > 0) console.log(exceptions.join('\n'))
    expect(exceptions.length / count).toBeLessThanOrEqual(0.005)
  })
})
