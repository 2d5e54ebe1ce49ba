import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { report } from '../commands/report.ts'
import { endingsTold, needKnownEnding, writeReports } from './files.ts'
import { everyOutcome } from './testing/hostile-run.ts'

const doc = readFileSync(join(import.meta.dirname, '../../docs/reports.md'), 'utf8')
const block = /```sh reports\n([\s\S]*?)```/.exec(doc)![1]!
const commands = block
  .split('\n')
  .map((line) => line.replace(/\s*#.*/, ''))
  .filter((line) => line.startsWith('backlot report'))

describe('docs/reports.md', () => {
  const folder = mkdtempSync(join(tmpdir(), 'doc-'))
  const inFolder = (word: string): string => (/\.\w+$/.test(word) ? join(folder, word) : word)
  beforeAll(async () => writeReports(await everyOutcome(), [join(folder, 'result.json')]))
  afterAll(() => rmSync(folder, { recursive: true }))

  it.each(commands.filter((line) => line !== 'backlot report'))(
    'shows a command that works: %s',
    async (line) => {
      const said = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
      try {
        expect(await report(line.split(/\s+/).slice(2).map(inFolder))).toBe(0)
        expect(said.mock.calls.join('').length).toBeGreaterThan(20)
      } finally {
        said.mockRestore()
      }
    },
  )

  it('names every ending, and no other', () => {
    const named = [...doc.matchAll(/^\| `(\.\w+)` \|/gm)].map(([, ending]) => ending!)
    expect(named).toEqual([...endingsTold.matchAll(/\.\w+/g)].map(([ending]) => ending))
    for (const ending of named) needKnownEnding('--out', `x${ending}`)
  })
})
