import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { report } from '../commands/report.ts'
import { addStepSummary, needKnownEnding, writeReports } from './files.ts'
import { readResult } from './read-result.ts'
import { everyOutcome } from './testing/hostile-run.ts'
import { hostileSweep } from './testing/hostile-sweep.ts'

const folder = mkdtempSync(join(tmpdir(), 'reports-'))
afterAll(() => rmSync(folder, { recursive: true }))

const at = (name: string): string => join(folder, name)
const read = (name: string): string => readFileSync(at(name), 'utf8')
const result = await everyOutcome()
await writeReports(result, [at('result.json')])

describe('backlot report', () => {
  it('makes every kind of report from a stored result, the same as the run itself would', async () => {
    const names = ['r.html', 'r.xml', 'r.md', 'r.json']
    expect(
      await report([at('result.json'), ...names.flatMap((name) => ['--out', at(`a/b/${name}`)])]),
    ).toBe(0)
    expect(readdirSync(at('a/b')).sort()).toEqual(names.sort())
    await writeReports(
      result,
      names.map((name) => at(`c/${name}`)),
    )
    for (const name of names) expect(read(`a/b/${name}`)).toBe(read(`c/${name}`))
  })

  it('reads back what was stored', async () => {
    expect(await readResult(at('result.json'))).toEqual(JSON.parse(JSON.stringify(result)))
  })

  it.each([
    ['<!doctype html>', 'This is not JSON'],
    ['{"format":"backlot.result/9"}', 'This is "backlot.result/9", not "backlot.result/1"'],
    ['[]', 'This is no result of a run'],
    ['null', 'This is no result of a run'],
    ['{"format":"backlot.result/1","trials":[]}', "must have required property 'startedAt'"],
  ])('says of %s what is wrong with it', async (text, told) => {
    writeFileSync(at('bad.json'), text)
    await expect(report([at('bad.json')])).rejects.toThrow(told)
  })

  it('knows an ending by its name, and the nearest one to a slip', () => {
    expect(() => needKnownEnding('--out', 'x.xlm')).toThrow('Did you mean ".xml"?')
    expect(() => needKnownEnding('--out', 'x')).toThrow('does not end with .html')
    expect(() => needKnownEnding('--out', 'x.constructor')).toThrow('does not end with')
  })

  it('draws the matrix of a sweep into the page, and takes nothing else for one', async () => {
    writeFileSync(at('sweep.json'), JSON.stringify(hostileSweep))
    expect(
      await report([at('result.json'), '--sweep', at('sweep.json'), '--out', at('s.html')]),
    ).toBe(0)
    expect(read('s.html')).toContain('What it does when a dependency fails')
    await expect(report([at('result.json'), '--sweep', at('result.json')])).rejects.toThrow(
      'This is "backlot.result/1", not "backlot.sweep/1"',
    )
  })

  it('writes the others where one can’t be written, and says which', async () => {
    const files = [at('result.json/impossible.md'), at('still.md')]
    await expect(writeReports(result, files)).rejects.toThrow('impossible.md')
    expect(read('still.md')).toContain('What fell short')
  })
})

describe('the step summary', () => {
  it('is added to what the file of the GitHub job already holds', async () => {
    writeFileSync(at('step'), 'before\n')
    expect(await addStepSummary(result, { GITHUB_STEP_SUMMARY: at('step') })).toBe(at('step'))
    expect(read('step')).toMatch(/^before\n## ❌ /)
  })

  it('is left out elsewhere, and never changes how a run ends', async () => {
    expect(await addStepSummary(result, {})).toBeUndefined()
    const nowhere = at('none/such/step')
    expect(await addStepSummary(result, { GITHUB_STEP_SUMMARY: nowhere })).toBeUndefined()
  })
})
