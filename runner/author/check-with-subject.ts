import type { Kit, Scenario } from '../scenario.ts'
import type { Subject } from '../subject/subject.ts'
import type { CheckedScenario, PlayOne } from './check-scenarios.ts'
import { findShallow, judgeTwice, type Finding } from './findings.ts'

/** So many words of change are left out one by one; whoever has more has generated them. */
const wordsMax = 40

/** What a subject that should satisfy a scenario tells of it. */
export async function checkWithSubject(
  scenario: Scenario,
  subject: Subject,
  play: PlayOne,
): Promise<Pick<CheckedScenario, 'findings' | 'mutants'>> {
  const words = new Set<string>()
  const first = await play(
    withWords(scenario, (word) => Boolean(words.add(word))),
    subject,
  )
  if (first === undefined || 'error' in first) return { findings: [] }
  const findings = findShallow(first)
  if (first.verdict !== 'satisfied') {
    const why = first.why.map(({ text }) => text).join('; ')
    const weight = first.verdict === 'unsatisfied' ? 'subject' : 'mistake'
    const kind = first.verdict === 'unsatisfied' ? 'fell-short' : 'not-judged'
    const text = `${subject.name} does not satisfy it, so its mutants tell nothing: ${why}.`
    return { findings: [...findings, { kind, weight, text }] }
  }
  const second = await play(scenario, subject)
  if (second !== undefined && !('error' in second)) {
    const twice = judgeTwice(first, second, subject.name)
    if (twice !== undefined)
      findings.push({
        ...twice,
        fix: `It may be ${subject.name} as well: backlot replay --against compares two plays.`,
      })
  }
  for (const word of [...words].slice(0, wordsMax)) {
    const without = await play(
      withWords(scenario, (one) => one !== word),
      subject,
    )
    if (without === undefined || 'error' in without || without.verdict !== 'satisfied') continue
    findings.push(neededBy(word))
  }
  return { findings }
}

function neededBy(word: string): Finding {
  return {
    kind: 'allows-more',
    weight: 'note',
    text: `changes.allow(${JSON.stringify(word)}) accounted for nothing that others do not.`,
    fix: word.includes('[*]')
      ? 'A word for any row hides every wrong one: leave it out, or name the rows.'
      : 'Leave it out, unless the subject may do so in other trials.',
  }
}

/** The same scenario, with only those words of change that are let through. */
function withWords(scenario: Scenario, lets: (word: string) => boolean): Scenario {
  return {
    ...scenario,
    play: (kit) => {
      const allow = (...words: string[]): void => kit.changes.allow(...words.filter(lets))
      const changes = { ...kit.changes, allow }
      const handed = new Proxy(kit, {
        get: (of, name, self) =>
          name === 'changes' ? changes : (Reflect.get(of, name, self) as unknown),
      })
      return scenario.play(handed as Kit<string>)
    },
  }
}
