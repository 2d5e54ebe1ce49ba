import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { CommandLine, greetedScenario, greeterModule } from '../testing/command-line.ts'

const line = new CommandLine()
afterAll(() => line.end())
line.write('greeted.ts', greetedScenario())
line.write('greeter.mjs', greeterModule())
const launcher = join(import.meta.dirname, '..', '..', 'bin', 'backlot.js')

/** What a GitHub job's step summary holds after a run in it. */
function summaryAfter(...flags: string[]): string {
  const file = join(line.folder, 'step-summary.md')
  writeFileSync(file, '')
  const args = ['run', 'greeted.ts', '--subject', 'greeter.mjs', '--no-history', '--trials', '1']
  const env = { ...process.env, GITHUB_STEP_SUMMARY: file }
  const options = { cwd: line.folder, env, encoding: 'utf8' as const }
  const { status, stderr } = spawnSync(process.execPath, [launcher, ...args, ...flags], options)
  expect([status, stderr]).toEqual([0, ''])
  return readFileSync(file, 'utf8')
}

it('adds the Markdown report to the summary of a GitHub job, unless it is told not to', () => {
  expect(summaryAfter('--json')).toMatch(/^## ✅ greeter: 100 % satisfied/)
  expect(summaryAfter('--json', '--no-step-summary')).toBe('')
})
