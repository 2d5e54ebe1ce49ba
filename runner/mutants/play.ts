import { Bases } from '../bases.ts'
import { findPlan } from '../fault-plans.ts'
import { loadScenarios, type LoadedScenario } from '../load-scenarios.ts'
import { overServer } from '../over-server.ts'
import { playList, type Listed } from '../play-list.ts'
import type { PlayGround } from '../play-one.ts'
import { planTrials, type Planned } from '../plan-trials.ts'
import type { RunRequest } from '../run-subject.ts'
import { loadSubject } from '../subject/load.ts'
import type { TrialResult } from '../trial-result.ts'
import { placeTwin } from '../twin-word.ts'
import { concerns, findMutants, sample, type Ground } from './find.ts'
import { boundCalls, type Mutant } from './mutant.ts'
import { observe, type Observed } from './observe.ts'
import { toMutantsResult, type MutantsResult, type Noticing } from './result.ts'

/** What a person asks of mutants. */
export interface MutantsRequest extends Pick<
  RunRequest,
  'paths' | 'subjectFile' | 'seeds' | 'plans' | 'jobs' | 'minDepth' | 'wall' | 'signal'
> {
  /** How many mutants are played at most, drawn from the first seed. */
  most: number
  /** Only those with these ids. */
  only?: readonly string[] | undefined
  side?: Mutant['side'] | undefined
  onTrial?: (done: number, all: number) => void
}

/** Breaks what the trials of a subject lean on, one thing at a time, and says which scenarios notice. */
export async function playMutants(request: MutantsRequest): Promise<MutantsResult> {
  const { scenarios, broken } = await loadScenarios(request.paths)
  for (const { error } of broken) throw error
  const subject = await loadSubject(request.subjectFile, request.wall)
  return overServer(subject, (server) => {
    const { minDepth, signal } = request
    const ground = { subject, bases: new Bases(), server, minDepth, signal }
    return playMutantsOn(request, ground, scenarios)
  })
}

/** The same, on a ground that is open already. */
export async function playMutantsOn(
  request: MutantsRequest,
  ground: PlayGround,
  scenarios: readonly LoadedScenario[],
): Promise<MutantsResult> {
  const plans = await Promise.all(request.plans.map(findPlan))
  const planned = planTrials({ scenarios, plans, seeds: request.seeds })
  const { sound, unsound } = await playSound(planned, ground, request.jobs)
  const all = findMutants(sound)
  const wanted = all.filter(
    ({ id, side }) =>
      (request.only === undefined || request.only.includes(id)) &&
      (request.side === undefined || request.side === side),
  )
  const mutants = sample(wanted, request.most, request.seeds[0]!)
  const list = mutants.flatMap((mutant) =>
    sound
      .filter(({ seen }) => concerns(mutant, seen))
      .map((one) => mutated(mutant, one.planned, one.seen)),
  )
  const noticings: Noticing[] = []
  await playList(list, ground, {
    jobs: request.jobs,
    onResult: (result, { mutant, isStruck }) => {
      noticings.push(noticingOf(result, mutant, isStruck()))
      request.onTrial?.(noticings.length, list.length)
    },
    onLate: ({ mutant, planned: { id, loaded } }) => {
      noticings.push({ mutant: mutant.id, scenario: loaded.id, trial: id, ...late })
      request.onTrial?.(noticings.length, list.length)
    },
  })
  return toMutantsResult({
    subject: ground.subject,
    request,
    mutants,
    noticings,
    unsound,
    found: wanted.length,
    known: all.map(({ id }) => id),
    scenarios: sound.map(({ planned: { loaded } }) => loaded),
    unplayed: list.length - noticings.length,
  })
}

/** A trial that satisfies without mutants. */
export interface SoundTrial extends Ground {
  planned: Planned
}

/** Plays trials without mutants, and keeps what the subject did in those that satisfy. */
async function playSound(
  planned: readonly Planned[],
  ground: PlayGround,
  jobs: number,
): Promise<{ sound: SoundTrial[]; unsound: TrialResult[] }> {
  const ended = new Map<string, { result: TrialResult; seen: Observed }>()
  await playList(planned.map(observed), ground, {
    jobs,
    onResult: (result, { seen }) =>
      void ended.set(result.id, { result, seen: { ...seen(), wallMs: result.wallMs } }),
  })
  const sound: SoundTrial[] = []
  const unsound: TrialResult[] = []
  for (const one of planned) {
    const played = ended.get(one.id)
    if (played?.result.verdict === 'satisfied') {
      sound.push({ planned: one, seen: played.seen, base: await baseOf(one, ground) })
    } else if (played !== undefined) unsound.push(played.result)
  }
  return { sound, unsound }
}

/** A trial whose calls are watched; one that is played anew is watched anew. */
export function observed(planned: Planned): Listed & { seen: () => Observed } {
  let seen: Observed | undefined
  return { planned, onWorld: (world) => void (seen = observe(world)), seen: () => seen! }
}

/** The world that a trial begins with. */
export function baseOf({ loaded: { scenario, file } }: Planned, { bases }: PlayGround) {
  return bases.of(scenario.options.twins.map((word) => placeTwin(word, file)))
}

/** What a trial is that was given up: whoever runs it would see that it hangs. */
export const late = {
  outcome: 'noticed',
  why: 'it took far longer than without the mutant',
} as const

/** A trial with a mutant may take so many ms on the wall, and so many times what it takes without. */
const LIMIT_MS = 15_000
const LIMIT_TIMES = 20

/** A trial with a mutant in it. */
export function mutated(
  mutant: Mutant,
  planned: Planned,
  seen: Observed,
): Listed & { mutant: Mutant; isStruck: () => boolean } {
  let isStruck = false
  const onWorld: Listed['onWorld'] = (world) => {
    isStruck = false
    mutant.lay(world, () => void (isStruck = true), seen)
    boundCalls(world, 20 + 10 * seen.calls.length)
  }
  const limitMs = Math.max(LIMIT_MS, LIMIT_TIMES * seen.wallMs)
  const unlike = { ...planned, isFirst: false }
  return { planned: unlike, onWorld, limitMs, mutant, isStruck: () => isStruck }
}

/** What a scenario made of a mutant. A story that stopped, though it comes to its end without the mutant, has noticed as well. */
export function noticingOf(result: TrialResult, mutant: Mutant, isStruck: boolean): Noticing {
  const { scenario, id, verdict, why, exchanges } = result
  const why0 = why[0]
  const wasStruck = isStruck || exchanges.some(({ fault }) => fault !== undefined)
  const outcome =
    verdict === 'satisfied'
      ? wasStruck
        ? 'missed'
        : 'not reached'
      : verdict === 'unsatisfied' || why0?.kind === 'scenario'
        ? 'noticed'
        : 'unclear'
  const text = why0?.text.split('\n', 1)[0]
  return {
    mutant: mutant.id,
    scenario,
    trial: id,
    outcome,
    ...(text === undefined ? {} : { why: text }),
  }
}
