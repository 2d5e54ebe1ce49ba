import { findPlan } from '../fault-plans.ts'
import type { LoadedScenario } from '../load-scenarios.ts'
import { playWithin, watched } from '../play-list.ts'
import { playOne, type PlayGround } from '../play-one.ts'
import { planTrials, type Planned } from '../plan-trials.ts'
import type { TrialResult } from '../trial-result.ts'
import { findMutants } from './find.ts'
import type { Mutant } from './mutant.ts'
import type { Observed } from './observe.ts'
import { baseOf, late, mutated, noticingOf, observed } from './play.ts'

/** Whether a scenario notices when a subject that satisfies it makes its calls wrong. */
export interface MutantControl {
  scenario: string
  /** `blind`: every mutant was played and none noticed. `untried`: there was none to play, as `why` says. */
  outcome: 'noticed' | 'blind' | 'untried'
  /** The one that was noticed first. */
  mutant?: string
  /** How many were played. */
  tried: number
  why?: string
}

/** A control tries so many mutants at most; a scenario that has noticed none by then is not called blind. */
const TRIED_MAX = 40

/** What a control is played on. */
export interface ControlGround extends PlayGround {
  /** How many scenarios are tried at once. */
  jobs: number
}

/**
 * Breaks the calls of a subject in trials that it satisfies, one mutant after the other, until each
 * scenario has noticed one: the first ends the search, so that most scenarios take a single trial more.
 * `trials` are those of the run; of each scenario, one that satisfies is taken, without faults where there is one.
 */
export async function controlWithMutants(
  scenarios: readonly LoadedScenario[],
  trials: readonly TrialResult[],
  ground: ControlGround,
): Promise<MutantControl[]> {
  const controls: MutantControl[] = []
  const left = [...scenarios.entries()]
  async function work(): Promise<void> {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [i, loaded] = next
      if (ground.signal?.aborted === true) return
      // What was played is worth more than its control: no trouble here may cost the run.
      controls[i] = await controlOne(loaded, trials, ground).catch((error: unknown) =>
        untried(loaded.id, `it could not be tried: ${messageOf(error)}`),
      )
    }
  }
  await watched(() => Promise.all(Array.from({ length: Math.max(1, ground.jobs) }, work)))
  return controls.filter((one) => one !== undefined)
}

/** The control of a scenario that could not be tried. */
export function untried(scenario: string, why: string): MutantControl {
  return { scenario, outcome: 'untried', tried: 0, why }
}

/** What an error says, in a line. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]!
}

async function controlOne(
  loaded: LoadedScenario,
  trials: readonly TrialResult[],
  ground: ControlGround,
): Promise<MutantControl> {
  const scenario = loaded.id
  const own = trials.filter((one) => one.scenario === scenario && one.verdict === 'satisfied')
  const chosen = own.find(({ plan }) => plan.name === 'none') ?? own[0]
  if (chosen === undefined) return untried(scenario, 'no trial satisfies')
  const [planned] = planTrials({
    scenarios: [loaded],
    plans: [await findPlan(chosen.plan.name)],
    seeds: [chosen.seed],
  }) as [Planned]
  const sound = await playSoundly(planned, ground)
  if (sound === undefined) return untried(scenario, 'the trial that satisfied did not do so again')
  const mutants = likelyFirst(findMutants([{ seen: sound, base: await baseOf(planned, ground) }]))
  if (mutants.length === 0)
    return untried(scenario, 'the subject makes no call that changes anything')
  let tried = 0
  for (const mutant of mutants.slice(0, TRIED_MAX)) {
    const outcome = await tryOne(mutant, planned, sound, ground)
    if (outcome === undefined) return untried(scenario, 'it was interrupted')
    tried++
    if (outcome === 'noticed') return { scenario, outcome, mutant: mutant.id, tried }
  }
  if (tried < mutants.length)
    return untried(scenario, `none of the first ${tried} mutants was noticed`)
  return { scenario, outcome: 'blind', tried }
}

async function playSoundly(planned: Planned, ground: PlayGround): Promise<Observed | undefined> {
  const { seen, onWorld } = observed(planned)
  const result = await playOne(planned, { ...ground, onWorld })
  if (result !== undefined && 'error' in result) throw result.error
  return result?.verdict === 'satisfied' ? { ...seen(), wallMs: result.wallMs } : undefined
}

async function tryOne(
  mutant: Mutant,
  planned: Planned,
  sound: Observed,
  ground: PlayGround,
): Promise<string | undefined> {
  const { isStruck, onWorld, limitMs } = mutated(mutant, planned, sound)
  const result = await playWithin(planned, { ...ground, onWorld }, limitMs)
  if (result === undefined) return undefined
  if (result === 'late') return late.outcome
  if ('error' in result) throw result.error
  return noticingOf(result, mutant, isStruck()).outcome
}

const order = ['dropped', 'argument', 'repeated', 'swallowed', 'after']

/** Those of the subject's calls; what a scenario most likely notices comes first. */
function likelyFirst(mutants: readonly Mutant[]): Mutant[] {
  const rankOf = ({ id, twin, op }: Mutant): number =>
    order.indexOf(id.slice(`${twin}.${op}:`.length).split(':', 1)[0]!)
  return mutants.filter(({ side }) => side === 'subject').sort((a, b) => rankOf(a) - rankOf(b))
}
