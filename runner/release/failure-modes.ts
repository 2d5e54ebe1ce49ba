import { firstLine } from '../report/shortfall.ts'
import { plural } from '../report/words.ts'
import type { SubjectProblem } from '../subject/subject.ts'
import type { Reason, TrialResult } from '../trial-result.ts'
import { listWords, tellPlan } from './plan-words.ts'
import type { FailureEffect, FailureMode } from './release-data.ts'

/** Under one cause no more effects are told than this. */
const EFFECTS_MAX = 5

/**
 * In which ways trials fell short, by what caused it: a fault plan and the services that it struck. What
 * a case does wrong without any failure is no failure's doing, so it is told once, under no cause, and
 * left out everywhere else. The most frequent first, what needs no failure before all.
 */
export function findFailureModes(trials: readonly TrialResult[]): FailureMode[] {
  const sound = trials.filter(({ verdict }) => verdict !== 'inconclusive')
  const always = new Set(
    sound
      .filter((one) => one.verdict === 'unsatisfied' && !wasStruck(one))
      .flatMap((one) => one.why.map((reason) => placeOf(one, reason))),
  )
  const modes: FailureMode[] = []
  for (const group of Map.groupBy(sound, causeOf).values()) {
    const isStruck = wasStruck(group[0]!)
    const found = group.flatMap((trial) => {
      const own = trial.why.filter((one) => !isStruck || !always.has(placeOf(trial, one)))
      return trial.verdict === 'unsatisfied' && own.length > 0 ? [{ trial, own }] : []
    })
    if (found.length > 0) modes.push(toMode(group, found))
  }
  return modes.sort(
    (a, b) =>
      Number(b.services.length === 0) - Number(a.services.length === 0) ||
      b.failed - a.failed ||
      (a.sentence < b.sentence ? -1 : 1),
  )
}

/** A trial that fell short, with the reasons that its cause accounts for. */
interface Found {
  trial: TrialResult
  own: Reason[]
}

function toMode(group: readonly TrialResult[], found: readonly Found[]): FailureMode {
  const first = group[0]!
  const services = wasStruck(first) ? servicesOf(first) : []
  const plan = wasStruck(first) ? first.plan.name : 'none'
  const effects = findEffects(found)
  const cause =
    services.length === 0 && plan === 'none'
      ? 'Without any failure'
      : `When ${tellPlan(plan, services)}`
  const many = `${found.length} of ${plural(group.length, 'trial')}`
  const all = effects[0]!.trials === found.length ? '' : ', most often'
  const again = tellAgain(found)
  const sentence = `${cause}, ${many} fell short${all}: ${effects[0]!.text}.${again}`
  const shown = effects.slice(0, EFFECTS_MAX)
  return { sentence, plan, services, failed: found.length, trials: group.length, effects: shown }
}

/** What came of it, the most frequent first; the same words in several cases are one effect. */
function findEffects(found: readonly Found[]): FailureEffect[] {
  const byText = new Map<string, { trials: Set<string>; cases: Set<string> }>()
  for (const { trial, own } of found) {
    for (const reason of own) {
      const text = tellEffect(reason)
      const effect = byText.get(text) ?? { trials: new Set(), cases: new Set() }
      byText.set(text, effect)
      effect.trials.add(trial.id)
      effect.cases.add(trial.name)
    }
  }
  return [...byText]
    .map(([text, { trials, cases }]) => ({ text, trials: trials.size, cases: [...cases].sort() }))
    .sort((a, b) => b.trials - a.trials || (a.text < b.text ? -1 : 1))
}

const doings: Readonly<Record<string, string>> = {
  made: 'it made something that nobody asked for',
  changed: 'it changed something that had to stay as it was',
  removed: 'it removed something that had to stay',
}

/** A reason as a clause about the subject. */
function tellEffect({ kind, text, key }: Reason): string {
  const line = firstLine(text)
  if (kind === 'check') return `“${line.replace(/^not so: /, '')}” did not hold`
  if (kind === 'change') {
    const [doing = '', table = ''] = key.split(' ')
    return doings[doing] === undefined ? line : `${doings[doing]} (${table})`
  }
  if (kind === 'budget') return `it used more ${key.replace(/^budget /, '')} than it may`
  if (kind === 'escape') return `it tried to get out (${line.replace(/^escape: /, '')})`
  if (kind === 'answer') return noAnswers[key.replace(/^no answer: /, '')] ?? 'it gave no answer'
  return line
}

const noAnswers: Readonly<Record<string, string>> = {
  crashed: 'it crashed',
  'timed-out': 'it gave no answer in time',
  'bad-reply': 'its answer could not be read',
  'too-much-output': 'it wrote without end',
  'endless-events': 'its events never came to an end',
} satisfies Partial<Record<SubjectProblem['kind'], string>>

/** Whether the same call was made again after one that had happened: how things come to be told twice. */
function tellAgain(found: readonly Found[]): string {
  const operations = new Set<string>()
  const again = found.filter(({ trial }) => {
    const twice = findRepeated(trial)
    for (const one of twice) operations.add(one)
    return twice.length > 0
  })
  if (again.length === 0) return ''
  const many = again.length === found.length ? '' : `, in ${again.length} of them`
  const named = listWords([...operations].sort().slice(0, 3), 'or')
  return ` It had called ${named} again, though the first call had happened${many}.`
}

function findRepeated({ exchanges }: TrialResult): string[] {
  const calls = exchanges.filter((one) => one.kind === 'call' && one.by === 'subject')
  return calls.flatMap(({ n, twin, what, path, fault, method }) => {
    const hasHappened = /drop-after|though it happened/.test(fault ?? '') && method !== 'GET'
    const isAgain = calls.some(
      (one) => one.n > n && one.twin === twin && one.what === what && one.path === path,
    )
    return hasHappened && isAgain ? [`${twin} ${what}`] : []
  })
}

/** Whether any failure met this trial: a plan may find nothing to strike. */
export function wasStruck({ plan, exchanges }: TrialResult): boolean {
  return plan.struck > 0 || exchanges.some(({ fault }) => fault !== undefined)
}

/** The services that failures struck, in order of their names. */
function servicesOf({ plan, exchanges }: TrialResult): string[] {
  const struck = exchanges.flatMap(({ fault, twin }) => (fault === undefined ? [] : [twin]))
  const meant = plan.places.map((place) => place.split(' ', 1)[0]!)
  return [...new Set(struck.length > 0 ? struck : meant)].filter(Boolean).sort()
}

function causeOf(trial: TrialResult): string {
  return wasStruck(trial) ? JSON.stringify([trial.plan.name, servicesOf(trial)]) : ''
}

function placeOf({ scenario }: TrialResult, { key }: Reason): string {
  return JSON.stringify([scenario, key])
}
