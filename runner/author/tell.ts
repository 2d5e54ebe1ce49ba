import { inert } from '../report/words.ts'
import type { CheckedScenario } from './check-scenarios.ts'
import type { WrittenScenario } from './new-scenario.ts'

/** What a person reads when a scenario was written. */
export function tellWritten({ id, file, missing }: WrittenScenario): string {
  const lines = [`${file} is written: an example that runs. Next:`]
  const next: [what: string, why: string][] = [
    ['make it your story', 'docs/scenarios.md is the language on one page'],
    [`backlot scenario check ${id}`, 'can it fail?'],
    [`backlot run ${id} --subject subject.json`, 'what does your code do?'],
  ]
  if (missing !== undefined) next.unshift([missing, 'your editor completes what it knows'])
  const width = Math.max(...next.map(([what]) => what.length)) + 2
  for (const [what, why] of next) lines.push(`  ${what.padEnd(width)}${why}`)
  return `${lines.join('\n')}\n`
}

/** What a person reads of checked scenarios: each with what was found, and what it all comes to. */
export function tellChecks(checked: readonly CheckedScenario[], subject?: string): string {
  const lines = checked.flatMap((one) => [...tellOne(one), ''])
  const wrong = checked.filter(({ findings }) =>
    findings.some(({ weight }) => weight === 'mistake'),
  )
  lines.push(
    wrong.length === 0
      ? `${countOf(checked.length)}: all can fail, and are the same every time.`
      : `${countOf(checked.length)}, ${wrong.length} to mend: ${wrong.map(({ id }) => id).join(', ')}.`,
  )
  if (subject === undefined && checked.length > 0) {
    lines.push(
      'With --subject FILE it is told as well whether they notice broken calls, and what they allow needlessly.',
    )
  }
  return inert(`${lines.join('\n')}\n`)
}

/** 0 when all is well, 1 when the subject fell short, 2 when a scenario has to change. */
export function exitCodeOfChecks(checked: readonly CheckedScenario[]): number {
  const weights = new Set(checked.flatMap(({ findings }) => findings.map(({ weight }) => weight)))
  if (weights.has('mistake')) return 2
  return weights.has('subject') ? 1 : 0
}

function tellOne({ id, fails, findings, mutants }: CheckedScenario): string[] {
  const lines = [id]
  if (fails.length > 0) {
    const more = fails.length === 1 ? '' : ` (and ${fails.length - 1} more)`
    lines.push(`  ✓ it can fail: a subject that does nothing falls short of “${fails[0]}”${more}`)
  }
  if (mutants !== undefined && mutants.noticed > 0) {
    lines.push(`  ✓ it notices ${mutants.noticed} of ${mutants.tried} broken calls`)
  }
  for (const { weight, text, fix } of findings) {
    lines.push(`  ${weight === 'note' ? '·' : '✗'} ${text}`)
    if (fix !== undefined) lines.push(`      ${fix}`)
  }
  return lines
}

function countOf(count: number): string {
  return count === 1 ? '1 scenario' : `${count} scenarios`
}
