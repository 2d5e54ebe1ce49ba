import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const backlot = fileURLToPath(new URL('../../bin/backlot.js', import.meta.url))
let folder = ''

interface Ran {
  code: number
  out: string
  err: string
}

function run(...args: string[]): Promise<Ran> {
  return new Promise((done) => {
    execFile(process.execPath, [backlot, ...args], { cwd: folder }, (error, out, err) => {
      done({ code: error === null ? 0 : Number(error.code), out, err })
    })
  })
}

/** A recording of somebody who makes a note, reads it and throws it away. */
function har(id: string, title: string): string {
  const note = { id, title, created: '2026-01-02T03:04:05.000Z' }
  const entry = (method: string, path: string, status: number, json?: unknown, sent?: unknown) => ({
    startedDateTime: '2026-01-02T03:04:05.000Z',
    time: 12,
    request: {
      method,
      url: `https://notes.example${path}`,
      headers: [{ name: 'Content-Type', value: 'application/json' }],
      ...(sent === undefined
        ? {}
        : { postData: { mimeType: 'application/json', text: JSON.stringify(sent) } }),
    },
    response: {
      status,
      headers: [],
      content:
        json === undefined ? {} : { mimeType: 'application/json', text: JSON.stringify(json) },
    },
  })
  const entries = [
    entry('POST', '/notes', 201, note, { title }),
    entry('GET', `/notes/${id}`, 200, note),
    entry('DELETE', `/notes/${id}`, 204),
    entry('GET', `/notes/${id}`, 404, { error: 'gone', id }),
  ]
  return JSON.stringify({ log: { version: '1.2', entries } })
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'backlot-learn-'))
  writeFileSync(join(folder, 'one.har'), har('nA1b2C3d4E5f6G7h', 'one'))
  writeFileSync(join(folder, 'two.har'), har('nZ9y8X7w6V5u4T3s', 'two'))
  writeFileSync(join(folder, 'three.har'), har('nM1n2B3v4C5x6Z7l', 'three'))
})

afterAll(() => rmSync(folder, { recursive: true }))

describe('backlot learn and verify', () => {
  test('learn a folder from one recording and hold it to another', async () => {
    const learned = await run(
      'learn',
      'notes',
      '--har',
      'one.har',
      '--har',
      'two.har',
      '--out',
      'notes',
      '--json',
    )
    expect(JSON.parse(learned.out)).toMatchObject({
      recordings: 2,
      operations: 3,
      learned: 3,
      unread: 0,
    })
    const verdict = await run(
      'verify',
      './notes',
      '--har',
      'three.har',
      '--min',
      'status=1,shape=1,values=1',
      '--html',
      'v.html',
    )
    expect(verdict.err.replaceAll(/npm warn.*\n/g, '')).toBe('')
    expect(verdict.code).toBe(0)
    expect(verdict.out).toContain('100.0 %')
    expect(readFileSync(join(folder, 'v.html'), 'utf8')).toContain('notes beside 1 recordings')
  })

  test('keep a corrected line, and end with 1 when a level falls short', async () => {
    const file = join(folder, 'notes', 'learned.json')
    const corrected = readFileSync(file, 'utf8').replace(
      '"status":204,',
      '"status":202,"by":"person",',
    )
    writeFileSync(file, corrected)
    await run('learn', 'notes', '--har', 'one.har', '--out', 'notes')
    expect(readFileSync(file, 'utf8')).toContain('"status":202')
    const { code, err } = await run(
      'verify',
      './notes',
      '--har',
      'three.har',
      '--min',
      'status=0.9',
    )
    expect(code).toBe(1)
    expect(err).toContain('status is 75.0 %, less than 90.0 %')
  })

  test('measure themselves on what they did not learn from, beside what people use today', async () => {
    const { out } = await run(
      'learn',
      'notes',
      '--har',
      '.',
      '--cross-validate',
      '--folds',
      '3',
      '--json',
    )
    const { standings } = JSON.parse(out) as {
      standings: { name: string; all: { status: number } }[]
    }
    expect(standings.map(({ name, all }) => [name, all.status])).toEqual([
      ['learned twin', 1],
      ['exact-match replay', 0],
    ])
  })

  test('say what is wrong: no recording, no HAR, a name that leads elsewhere, a level that is none', async () => {
    writeFileSync(join(folder, 'not.har'), '{"log":{}}')
    const wrong = [
      [await run('learn', 'notes'), 'From which recordings?'],
      [await run('learn', '../../notes', '--har', 'one.har'), 'is no name for a twin'],
      [await run('verify', './notes', '--har', 'not.har'), 'This is no HAR'],
      [await run('verify', './notes', '--har', 'none.har'), 'no such file'],
      [
        await run('verify', './notes', '--har', 'one.har', '--min', 'shap=1'),
        'Did you mean "shape"?',
      ],
    ] as const
    for (const [{ code, err }, words] of wrong) {
      expect(err).toContain(words)
      expect(code).toBe(2)
    }
    rmSync(join(folder, 'not.har'))
  })
})
