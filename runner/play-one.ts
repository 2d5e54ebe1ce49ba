import type { Depth } from '../engine/depth.ts'
import { UsageError } from '../engine/usage-error.ts'
import type { Worlds } from '../fronts/worlds.ts'
import type { Bases } from './bases.ts'
import type { Accounting } from './budget/spend.ts'
import { locate } from './check-scenario.ts'
import type { BrokenScenario } from './load-scenarios.ts'
import type { Planned } from './plan-trials.ts'
import { playTrial, type OnWorld, type Trial } from './play.ts'
import { placeInStack } from './stack-place.ts'
import { readText } from './read-document.ts'
import type { Subject } from './subject/subject.ts'
import type { Reason, TrialResult, Verdict } from './trial-result.ts'
import { namesOfTwins, placeTwin } from './twin-word.ts'
import { because } from './verdict.ts'

/** What the trials of a run are played on. */
export interface PlayGround {
  subject: Subject
  bases: Bases
  server?: { url: string; worlds: Worlds } | undefined
  minDepth?: Depth | undefined
  /** Ends what is under way. */
  signal?: AbortSignal | undefined
  accounting?: Accounting | undefined
  onWorld?: OnWorld | undefined
}

/** A trial's result, the mistake of its scenario, or nothing when it was interrupted. */
export type Outcome = TrialResult | BrokenScenario | undefined

/** Plays one trial in this process. */
export async function playOne(planned: Planned, ground: PlayGround): Promise<Outcome> {
  const { loaded, plan, seed, isFirst } = planned
  const { id, file, scenario } = loaded
  try {
    const base = await ground.bases.of(scenario.options.twins.map((word) => placeTwin(word, file)))
    const faults = plan.draw(base, `${id}@${seed}`)
    // Passing trials are told with bodies beside those that fell short.
    const trial: Trial = { scenarioId: id, scenario, seed, plan: faults, keepsBodies: isFirst }
    return await playTrial(trial, { ...ground, base })
  } catch (error) {
    if (ground.signal?.aborted) return undefined
    if (error instanceof UsageError) return { id, file, error: await placed(error, file) }
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
    const why = because('ours', `Backlot itself failed: ${stack}`, { key: 'Backlot itself failed' })
    return unseen(planned, 'inconclusive', why)
  }
}

/** The result of a trial of which nothing is known but how it ended: our own mistake costs one trial, not the run. */
export function unseen(
  { id, loaded: { id: scenarioId, scenario }, seed, plan }: Planned,
  verdict: Verdict,
  why: Reason,
): TrialResult {
  const none = { used: 0 }
  return {
    id,
    scenario: scenarioId,
    name: scenario.name,
    tags: scenario.options.tags ?? [],
    twins: namesOfTwins(scenario.options.twins),
    seed,
    plan: { name: plan.name, places: [], struck: 0 },
    verdict,
    why: [why],
    checks: [],
    steps: [],
    requests: [],
    budget: { calls: none, writes: none, seconds: none },
    unexpected: [],
    escapes: [],
    shallow: [],
    exchanges: [],
    wallMs: 0,
  }
}

/** A mistake that showed while a scenario was played, with its file and, where the word is found in it, the line. */
async function placed(mistake: UsageError, file: string): Promise<UsageError> {
  const { what, where, fix } = mistake
  if (where.file !== undefined) return mistake
  const word = /"([^"]+)"/.exec(what)?.[1] ?? ''
  const arose = placeInStack(mistake)
  const text = await readText(arose?.file ?? file)
  const line = arose === undefined ? undefined : text.split('\n')[arose.line! - 1]
  // The line where it arose; in it, the word that is wrong.
  const inLine = line === undefined || word === '' ? {} : locate(line, word)
  if (arose !== undefined) {
    const column = inLine.column ?? arose.column
    return new UsageError(what, { ...where, ...arose, column, fix })
  }
  const spot = word === '' ? {} : locate(text, word)
  return new UsageError(what, { ...where, file, ...spot, fix })
}
