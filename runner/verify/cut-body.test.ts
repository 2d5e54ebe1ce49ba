import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readParts } from './cassettes.ts'
import { bodyCharsMax, cutReply, jsonCharsMax } from './cut-body.ts'
import { noNotes, readEntry } from './har-entry.ts'

const long = 'x'.repeat(bodyCharsMax + 1)

function entry(sent: string | undefined, content: object): string {
  const postData = sent === undefined ? undefined : { mimeType: 'application/json', text: sent }
  return JSON.stringify({
    request: { method: 'POST', url: 'https://a.example/b', headers: [], postData },
    response: { status: 200, headers: [], content },
  })
}

describe('a reply that is too long', () => {
  test('keeps its shape as JSON: lists and texts are cut until it fits', () => {
    const whole = {
      total: 9000,
      items: Array.from({ length: 9000 }, (_one, id) => ({ id, name: 'n'.repeat(80) })),
    }
    const cut = cutReply(JSON.stringify(whole))!
    expect(cut.cutTo).toBe(1000)
    expect(cut.json).toEqual({ total: 9000, items: whole.items.slice(0, 1000) })
    const { json } = cutReply(JSON.stringify({ id: 1, data: long }))!
    expect(json).toEqual({ id: 1, data: 'x'.repeat(4096) })
  })

  test('keeps its beginning as a text, packed or not', () => {
    const content = {
      mimeType: 'image/png',
      text: Buffer.from(`\u0089${long}`).toString('base64'),
      encoding: 'base64',
    }
    const notes = noNotes()
    const { text, json, cutTo } = readEntry(entry(undefined, content), 'c', 0, notes)!
    expect([json, cutTo, text?.length]).toEqual([undefined, 65_536, 65_536])
    expect(notes).toEqual({ unread: 0, tooLarge: 0, cut: 1 })
  })

  test('is left out, and counted, where it would take too much only to read it', () => {
    const notes = noNotes()
    const text = JSON.stringify(['x'.repeat(jsonCharsMax)])
    expect(readEntry(entry(undefined, { text }), 'c', 0, notes)).toBeUndefined()
    expect(notes).toEqual({ unread: 0, tooLarge: 1, cut: 0 })
  })
})

test('a request whose body is too long counts as recorded without it', () => {
  const notes = noNotes()
  const read = readEntry(entry(JSON.stringify({ data: long }), { text: '{"id":1}' }), 'c', 0, notes)
  expect(read).toMatchObject({ isBodyLost: true, body: undefined, json: { id: 1 } })
  expect(notes.cut).toBe(1)
})

test('a long recording comes in parts, in order, with nothing left out', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parts-'))
  const file = join(folder, 'long.har')
  const entries = Array(2500)
    .fill(entry('{"a":1}', { text: '{"id":1}' }))
    .join(',')
  await writeFile(file, `{"log":{"entries":[${entries}]}}`)
  const numbers: number[][] = []
  for await (const part of readParts({ file, name: 'long' })) numbers.push(part.map(({ n }) => n))
  await rm(folder, { recursive: true })
  expect(numbers.length).toBeGreaterThan(1)
  expect(numbers.flat()).toEqual(Array.from({ length: 2500 }, (_one, n) => n))
})
