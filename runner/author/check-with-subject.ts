import { Bases } from '../bases.ts'
import type { LoadedScenario } from '../load-scenarios.ts'
import { playMutantsOn } from '../mutants/play.ts'
import { overServer } from '../over-server.ts'
import type { Kit, Scenario } from '../scenario.ts'
import type { Subject } from '../subject/subject.ts'
import type { CheckedScenario, PlayOne } from './check-scenarios.ts'
import { findShallow, judgeTwice, type Finding } from './findings.ts'

/** So many words of change are left out one by one; whoever has more has generated them. */
const wordsMax = 40

/** So many of the subject's calls are broken, one by one. */
const mutantsMax = 60
/** So many survivors are named. */
const namedMax = 5

/** What a scenario is tried with. */
export interface Trying {
  loaded: LoadedScenario
  subject: Subject
  play: PlayOne
  seed: string
  signal: AbortSignal | undefined
}

/** The same subject, which several runs may use: who opened it closes it. */
export function keepOpen(subject: Subject): Subject {
  return { ...subject, open: (around) => subject.open(around), close: () => Promise.resolve() }
}

/** What a subject that should satisfy a scenario tells of it. */
export async function checkWithSubject(
  trying: Trying,
): Promise<Pick<CheckedScenario, 'findings' | 'mutants'>> {
  const { loaded, subject, play } = trying
  const { scenario } = loaded
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
  const mutants = await breakCalls(trying)
  return { findings: [...findings, ...judgeMutants(mutants)], mutants }
}

/** Breaks the subject's calls one at a time: does the scenario notice? */
async function breakCalls({
  loaded,
  subject,
  seed,
  signal,
}: Trying): Promise<NonNullable<CheckedScenario['mutants']>> {
  const request = {
    paths: [loaded.id],
    subjectFile: subject.name,
    seeds: [seed],
    plans: ['none'],
    jobs: 2,
    most: mutantsMax,
    side: 'subject' as const,
    signal,
  }
  const { counts, mutants } = await overServer(keepOpen(subject), (server) =>
    playMutantsOn(request, { subject, bases: new Bases(), server, signal }, [loaded]),
  )
  return {
    tried: counts.noticed + counts.survived,
    noticed: counts.noticed,
    survivors: mutants
      .filter(({ fate }) => fate === 'survived')
      .map(({ twin, op, about }) => `${twin} ${op} ${about}`),
  }
}

function judgeMutants({
  tried,
  noticed,
  survivors,
}: NonNullable<CheckedScenario['mutants']>): Finding[] {
  if (tried === 0) return []
  const named = survivors.slice(0, namedMax).join('; ')
  const more = survivors.length > namedMax ? ` and ${survivors.length - namedMax} more` : ''
  if (noticed === 0) {
    return [
      {
        kind: 'no-mutant',
        weight: 'mistake',
        text: `It notices none of ${tried} broken calls of the subject: ${named}${more}.`,
        fix: 'Check what those calls are for.',
      },
    ]
  }
  if (survivors.length === 0) return []
  return [
    {
      kind: 'survivor',
      weight: 'note',
      text: `It does not notice when ${named}${more}.`,
      fix: 'Check that as well, unless another scenario does: backlot mutants tells.',
    },
  ]
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
