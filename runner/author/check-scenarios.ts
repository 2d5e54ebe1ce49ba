import { Bases } from '../bases.ts'
import { findPlan } from '../fault-plans.ts'
import { loadScenarios, type BrokenScenario, type LoadedScenario } from '../load-scenarios.ts'
import { playOver } from '../run-subject.ts'
import type { Scenario } from '../scenario.ts'
import { nothingSubject } from '../subject/nothing.ts'
import type { Subject } from '../subject/subject.ts'
import type { TrialResult } from '../trial-result.ts'
import { checkWithSubject, keepOpen } from './check-with-subject.ts'
import { findShallow, judgeIdle, judgeTwice, type Finding } from './findings.ts'
import { inOtherTime } from './other-time.ts'

/** What is known of one scenario. */
export interface CheckedScenario {
  id: string
  file: string
  name?: string
  /** What the do-nothing subject fell short of. */
  fails: string[]
  findings: Finding[]
  /** Of the subject's calls, broken one by one. */
  mutants?: { tried: number; noticed: number; survivors: string[] }
}

/** What scenarios are checked with. */
export interface CheckOptions {
  paths: readonly string[]
  seed: string
  /** A subject that should satisfy them: with it, mutants and words of change are tried as well. */
  subject?: Subject | undefined
  signal?: AbortSignal | undefined
  onScenario?: (id: string) => void
}

/** Plays one trial. Undefined when it was interrupted, the mistake when the scenario is wrong. */
export type PlayOne = (
  scenario: Scenario,
  subject: Subject,
) => Promise<TrialResult | BrokenScenario | undefined>

/** Finds out about scenarios whether they can fail, and whether they are the same every time. Throws a UsageError when a path leads nowhere. */
export async function checkScenarios(options: CheckOptions): Promise<CheckedScenario[]> {
  const { scenarios, broken } = await loadScenarios(options.paths)
  const bases = new Bases()
  const plan = await findPlan('none')
  const out = broken.map(toBroken)
  for (const loaded of scenarios) {
    if (options.signal?.aborted) break
    options.onScenario?.(loaded.id)
    const play: PlayOne = async (scenario, subject) => {
      const run = {
        scenarios: [{ ...loaded, scenario }],
        seeds: [options.seed],
        plans: [plan],
        jobs: 1,
        bases,
        signal: options.signal,
        subject: keepOpen(subject),
      }
      const { trials, broken: fallen } = await playOver(run, run.subject)
      return trials[0] ?? fallen[0]
    }
    out.push(await checkOne(loaded, options, play))
  }
  return out.sort((a, b) => (a.id < b.id ? -1 : 1))
}

async function checkOne(
  loaded: LoadedScenario,
  { subject, seed, signal }: CheckOptions,
  play: PlayOne,
): Promise<CheckedScenario> {
  const { id, file, scenario } = loaded
  const checked: CheckedScenario = { id, file, name: scenario.name, fails: [], findings: [] }
  const first = await inOtherTime(0, () => play(scenario, nothingSubject))
  if (first === undefined) return checked
  if ('error' in first) return toBroken(first)
  const second = await inOtherTime(1, () => play(scenario, nothingSubject))
  checked.fails = first.why.map(({ text }) => text.replace(/^not so: /, ''))
  const findings = [judgeIdle(first)]
  if (second !== undefined) {
    // A mistake of the scenario's that only shows at another time is one of time.
    findings.push(
      'error' in second
        ? { kind: 'not-deterministic', weight: 'mistake', text: second.error.message }
        : judgeTwice(first, second, 'a subject that does nothing, at another time of the machine'),
    )
  }
  checked.findings = findings.filter((one) => one !== undefined)
  if (subject === undefined) {
    checked.findings.push(...findShallow(first))
    return checked
  }
  const tried = await checkWithSubject({ loaded, subject, play, seed, signal })
  checked.findings.push(...tried.findings)
  if (tried.mutants !== undefined) checked.mutants = tried.mutants
  return checked
}

function toBroken({ id, file, error }: BrokenScenario): CheckedScenario {
  const finding: Finding = { kind: 'broken', weight: 'mistake', text: error.message }
  return { id, file, fails: [], findings: [finding] }
}
