import { isTooInconclusive, tellGate } from '../gate-result.ts'
import type { RunComparison } from '../history/compare-with-last.ts'
import type { WallReport } from '../wall/wall.ts'
import type { RunResult } from './result.ts'
import { percent, plural } from './words.ts'

/** What the summary says of the run as a whole, a line each. */
export function tellRun(result: RunResult): string[] {
  return factsOfRun(result).map(([title, text]) => `  ${title.padEnd(13)} ${text}`)
}

/** Gate, last run, spending, controls and the wall that stood, as far as there is something to say. */
export function factsOfRun(result: RunResult): [title: string, text: string][] {
  const { gate, comparison, wall } = result
  const lines: [string, string][] = []
  if (gate !== undefined) lines.push(['gate', tellGate(gate)])
  if (comparison !== undefined) lines.push(['last run', tellComparison(comparison)])
  const spent = tellSpending(result)
  if (spent !== undefined) lines.push(['spent', spent])
  const controls = tellControls(result)
  if (controls !== undefined) lines.push(['control', controls])
  const mutants = tellMutantControls(result)
  if (mutants !== undefined) lines.push(['mutants', mutants])
  if (wall !== undefined) lines.push(['wall', tellWall(wall)])
  return lines
}

/** The wall that stood, and the weakest as what it is. */
function tellWall({ name, unsafe }: WallReport): string {
  return unsafe ? `${name} (unsafe): ${weakness[name] ?? ''}` : name
}

const weakness: Partial<Record<WallReport['name'], string>> = {
  environment: 'settings alone led the subject to the twins; it could reach anything else unseen',
  none: 'the subject ran inside this process',
}

/** What a reader must know before believing the score. */
export function warnOfRun({ score, stopped, controls }: RunResult): string[] {
  const lines: string[] = []
  if (stopped?.by === 'budget') {
    lines.push(`${stopped.why}; ${plural(stopped.saved, 'trial')} not played.`)
  }
  if (isTooInconclusive(score)) {
    const all = score.satisfied + score.unsatisfied + score.inconclusive
    lines.push(
      `${score.inconclusive} of ${plural(all, 'trial')} inconclusive: too many for the score to mean much.`,
    )
  }
  const dark = controls.filter(({ verdict }) => verdict === 'inconclusive')
  for (const { scenario } of dark) {
    lines.push(
      `the control of ${scenario} was inconclusive: whether it measures anything is not shown.`,
    )
  }
  return lines
}

const tests: Readonly<Record<RunComparison['test'], string>> = {
  'cluster-permutation': 'same trials, permutation test over scenarios',
  mcnemar: 'same trials, McNemar’s exact test: few scenarios differ',
  'scenario-permutation': 'other trials, permutation test over scenarios',
  fisher: 'other trials, Fisher’s exact test: few scenarios differ',
  none: 'no scenario in common',
}

/** `better than run 12 of 2026-11-20: +12.5 points (…)`. */
export function tellComparison(comparison: RunComparison): string {
  const { verdict, difference, p, test, trials, won, lost, rewritten } = comparison
  const than = `run ${comparison.with.run} of ${comparison.with.startedAt.slice(0, 10)}`
  const left =
    rewritten.length === 0 ? '' : `; ${plural(rewritten.length, 'rewritten scenario')} left out`
  if (difference === null) return `can't be told from ${than} (${tests[test]}${left})`
  const isPaired = test === 'cluster-permutation' || test === 'mcnemar'
  if (isPaired && won.length + lost.length === 0) {
    return `as ${than}: no difference in any of ${plural(trials, 'trial')}${left}`
  }
  const points = `${difference < 0 ? '−' : '+'}${Math.abs(difference * 100).toFixed(1)} points`
  const counts = isPaired ? `, ${won.length} won, ${lost.length} lost of ${trials}` : ''
  const said = verdict === 'cannot-tell' ? `can't be told from ${than}` : `${verdict} than ${than}`
  return `${said}: ${points}${counts} (${tests[test]}, p ${spell(p)}${left})`
}

function spell(p: number): string {
  return p < 0.001 ? '< 0.001' : `= ${p.toFixed(3)}`
}

/** Shown where somebody limits it, or where money and tokens flow. */
function tellSpending({ spending = {}, run: { budget = {} } }: RunResult): string | undefined {
  const parts = Object.entries(spending).flatMap(([name, used]) => {
    const most = budget[name as keyof typeof budget]
    if (most === undefined && name !== 'usd' && name !== 'tokens') return []
    return [`${used} ${name}${most === undefined ? '' : ` of ${most}`}`]
  })
  return parts.length === 0 ? undefined : parts.join(', ')
}

/** A scenario that a subject which does nothing fails is able to fail. */
function tellControls({ controls }: RunResult): string | undefined {
  if (controls.length === 0) return undefined
  const noticed = controls.filter(({ verdict }) => verdict === 'unsatisfied').length
  return `doing nothing falls short in ${noticed} of ${plural(controls.length, 'scenario')} (${percent(noticed / controls.length)})`
}

/** A scenario that notices one call gone wrong is able to notice. */
function tellMutantControls({ mutantControls = [] }: RunResult): string | undefined {
  const tried = mutantControls.filter(({ outcome }) => outcome !== 'untried')
  if (tried.length === 0) return undefined
  const noticed = tried.filter(({ outcome }) => outcome === 'noticed').length
  return `a call gone wrong is noticed in ${noticed} of ${plural(tried.length, 'scenario')}`
}
