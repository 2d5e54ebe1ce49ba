import { exchangesBehind, groupFailures, type Failure } from './failures.ts'
import { replayCommand } from './replay-command.ts'
import type { RunResult } from './result.ts'
import { tellRun } from './run-words.ts'
import { firstLine, tellCheck, tellExchange, tellReply } from './shortfall.ts'
import { findTroubles } from './troubles.ts'
import { counts, howLong, howSure, inert, percent, plural, span } from './words.ts'

/** What a person reads at the end of a run. The first `failuresMost` ways of falling short are told in full; the page has all. */
export function summarize(
  result: RunResult,
  written: readonly string[] = [],
  failuresMost = 6,
): string {
  const { subject, run, trials, score } = result
  const scenarios = new Set(trials.map((one) => one.scenario)).size
  const shape = [
    plural(scenarios, 'scenario'),
    plural(run.seeds.length, 'seed'),
    plural(run.plans.length, 'fault plan'),
  ].join(' × ')
  const lines = [
    `${subject.name} (${subject.kind}): ${plural(trials.length, 'trial')} of ${shape} in ${howLong(result.wallMs)}`,
    '',
    `  satisfaction  ${percent(score.satisfaction)}${surenessOf(result)}`,
    `                ${counts(score)}`,
    ...passHatLine(result),
    ...byLine('by plan', result, 'plan'),
    ...byLine('by service', result, 'service'),
    ...byLine('by tag', result, 'tag'),
    ...tellRun(result),
    '',
  ]
  lines.push(
    ...tellFailures(result, 'unsatisfied', failuresMost),
    ...tellFailures(result, 'inconclusive', failuresMost),
  )
  const troubles = findTroubles(result).map((one) => `! ${one}`)
  if (troubles.length > 0) lines.push(...troubles, '')
  for (const file of written) lines.push(`written: ${file}`)
  return inert(`${lines.join('\n').trimEnd()}\n`)
}

function surenessOf({ score: { interval } }: RunResult): string {
  return interval === null ? '' : `   95 % interval ${span(interval)} (${howSure(interval)})`
}

function passHatLine({ passHat }: RunResult): string[] {
  const several = passHat.filter(({ k }) => k > 1)
  if (several.length === 0) return []
  const parts = several.map(({ k, value }) => `pass^${k} ${percent(value)}`)
  return [`  all of k      ${parts.join('   ')}`]
}

function byLine(
  title: string,
  { by, score }: RunResult,
  dimension: 'plan' | 'service' | 'tag',
): string[] {
  const whole = score.satisfied + score.unsatisfied + score.inconclusive
  const groups = by[dimension].filter((one) => {
    const { satisfied, unsatisfied, inconclusive } = one.score
    return satisfied + unsatisfied + inconclusive < whole
  })
  if (groups.length === 0) return []
  const parts = groups.map(({ name, score }) => `${name} ${percent(score.satisfaction)}`)
  return [`  ${title.padEnd(13)} ${parts.join('   ')}`]
}

function tellFailures(
  result: RunResult,
  verdict: 'unsatisfied' | 'inconclusive',
  most: number,
): string[] {
  const failures = groupFailures(result.trials, verdict)
  if (failures.length === 0) return []
  const title =
    verdict === 'unsatisfied'
      ? `The subject fell short in ${plural(failures.length, 'way')}:`
      : 'Inconclusive, through no fault of the subject:'
  const lines = [title, '']
  for (const failure of failures.slice(0, most)) {
    lines.push(...tellFailure(failure, result), '')
  }
  if (failures.length > most) {
    lines.push(`… and ${plural(failures.length - most, 'more way')}; the page shows all.`, '')
  }
  return lines
}

function tellFailure(
  { scenario, name, reason, also, shown, trials }: Failure,
  { subject, wall }: RunResult,
): string[] {
  const plans = [...new Set(trials.map((one) => one.plan.name))].join(', ')
  return [
    `✗ ${name} (${scenario})`,
    ...[
      firstLine(reason.text),
      ...tellCheck(shown, reason),
      ...tellReply(shown),
      ...also.slice(0, 3).map(({ text }) => `and ${firstLine(text)}`),
      ...exchangesBehind(shown, reason).flatMap(tellExchange),
    ].map((line) => `  ${line}`),
    `  in ${plural(trials.length, 'trial')} (${plans}); see it again:`,
    `    ${replayCommand(shown.id, subject.file, wall?.name)}`,
  ]
}
