import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { learn } from '../commands/learn.ts'
import { readContract } from '../spec-file.ts'
import { readSpecs, teach } from './teach.ts'
import { readCassette } from '../verify/cassettes.ts'

let folder = ''
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'hostile-'))))
afterAll(() => rm(folder, { recursive: true }))

async function fileOf(name: string, content: unknown): Promise<string> {
  const file = join(folder, name)
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}

const documentWith = (schema: unknown) => ({
  openapi: '3.1.0',
  info: { title: 'x', version: '1' },
  paths: {
    '/a': {
      get: {
        operationId: 'a',
        responses: { 200: { description: '', content: { 'application/json': { schema } } } },
      },
    },
  },
})

describe('a hostile document', () => {
  test('brings in no file and no address', async () => {
    const secret = await fileOf('secret.json', { type: 'object', title: 'a secret' })
    for (const $ref of [`file://${secret}`, secret, './secret.json', 'https://127.0.0.1:1/x']) {
      const file = await fileOf('refers.json', documentWith({ $ref }))
      const { contract, warnings } = await readContract(file)
      expect(JSON.stringify(contract)).not.toContain('a secret')
      expect(JSON.stringify(warnings)).toContain('points out of the document')
    }
  })

  test('with names of prototypes changes none', async () => {
    const names = fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'a')
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(names, { minLength: 1 }), names, async (schemas, member) => {
        const parts = schemas.map(
          (one) => `"${one}":{"properties":{"${member}":{"type":"string"}}}`,
        )
        const text = JSON.stringify(documentWith({ $ref: `#/components/schemas/${schemas[0]}` }))
        const whole = `${text.slice(0, -1)},"components":{"schemas":{${parts.join(',')}}}}`
        const file = await fileOf('names.json', whole)
        await readSpecs('x', [file, file])
        expect(Object.keys(Object.prototype)).toEqual([])
        expect(({} as Record<string, unknown>)['properties']).toBeUndefined()
      }),
      { numRuns: 20 },
    )
  })
})

describe('a hostile name', () => {
  test('leads nowhere', async () => {
    const har = await fileOf('empty.har', { log: { entries: [] } })
    for (const name of ['../x', 'a/b', '..', '__proto__', 'A', 'a\u0000', `a${'b'.repeat(99)}`])
      await expect(learn([name, '--har', har])).rejects.toThrow(/is no name for a twin/)
  })
})

describe('a hostile recording', () => {
  const entry = (url: string, text: string) => ({
    request: { method: 'GET', url, headers: [] },
    response: { status: 200, headers: [], content: { mimeType: 'application/json', text } },
  })

  test('is read an entry at a time, however long it is', async () => {
    const one = JSON.stringify(entry('https://a.example/x', `["${'x'.repeat(10_000)}"]`))
    const file = await fileOf(
      'long.har',
      `{"log":{"entries":[${Array(2000).fill(one).join(',')}]}}`,
    )
    let count = 0
    for await (const { json } of readCassette({ file, name: 'long' })) {
      if (++count === 3) break
      expect(json).toHaveLength(1)
    }
    expect(count).toBe(3)
  })

  test('with ids such as __proto__ and paths that climb is learned like any other', async () => {
    const urls = ['__proto__', '..%2f..%2fetc', 'constructor', '%00', '%'].map(
      (id) => `https://a.example/things/${id}`,
    )
    const entries = urls.map((url) => entry(url, '{"id":"__proto__","__proto__":{"p":1}}'))
    const file = await fileOf('ids.har', { log: { entries } })
    const lesson = await teach(await readSpecs('x', []), [
      { file, name: 'ids', group: 'ids', isEdited: false },
    ])
    expect(lesson.learned.cases.length).toBeGreaterThan(0)
    expect(({} as Record<string, unknown>)['p']).toBeUndefined()
  })
})
