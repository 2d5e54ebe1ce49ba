import { groupFailures, type Failure } from './failures.ts'
import { replayCommand } from './replay-command.ts'
import type { RunResult } from './result.ts'
import { tellReason, tellReply } from './shortfall.ts'
import { factsOfRun } from './run-words.ts'
import { findTroubles } from './troubles.ts'
import { counts, howLong, howSure, inert, percent, plural, span } from './words.ts'

/** How many ways of falling short are told, and how many scenarios are listed: a summary is looked at, not searched. */
const FAILURES_MAX = 10
const ROWS_MAX = 50
/** GitHub drops a step's summary that is larger than 1 MiB; this one leaves room for others in the same step. */
const TEXT_MAX = 200_000

/** A run as Markdown for a GitHub step summary or a comment: score, a row for each scenario, failures folded. */
export function renderMarkdown(result: RunResult): string {
  const { subject, score, trials } = result
  const sure = score.interval === null ? '' : `, 95 % interval ${span(score.interval)}`
  const lines = [
    `## ${markOf(result)} ${plain(subject.name)}: ${percent(score.satisfaction)} satisfied`,
    '',
    `**${percent(score.satisfaction)}**${sure}${score.interval === null ? '' : ` (${howSure(score.interval)})`}. ` +
      `${plural(trials.length, 'trial')} in ${howLong(result.wallMs)}: ${counts(score)}.`,
    '',
    ...tellTroubles(result),
    ...drawTable(result),
    ...tellFailures(result),
    `<sub>Backlot ${plain(result.versions.backlot)}</sub>`,
    '',
  ]
  const text = lines.join('\n')
  return text.length <= TEXT_MAX ? text : `${text.slice(0, TEXT_MAX)}…\n\n(cut)\n`
}

function markOf({ score, measuringNothing, broken, unplayed }: RunResult): string {
  if (score.unsatisfied > 0) return '❌'
  const isWhole = measuringNothing.length + broken.length + unplayed + score.inconclusive === 0
  return isWhole && score.satisfied > 0 ? '✅' : '⚠️'
}

function tellTroubles(result: RunResult): string[] {
  const facts = factsOfRun(result).map(([title, text]) => `${title}: ${plain(text)}`)
  const lines = [...facts, ...findTroubles(result).map((one) => `⚠️ ${plain(one)}`)]
  return lines.length === 0 ? [] : [...lines.map((line) => `> ${line}  `), '']
}

function drawTable({ by, run, trials }: RunResult): string[] {
  const rows = [...by.scenario].sort(
    (a, b) => (a.score.satisfaction ?? -1) - (b.score.satisfaction ?? -1),
  )
  const head = ['Scenario', ...run.plans, 'All'].map(plain)
  const lines = [
    `| ${head.join(' | ')} |`,
    `| --- |${' ---: |'.repeat(run.plans.length + 1)}`,
    ...rows.slice(0, ROWS_MAX).map(({ name: id, score }) => {
      const own = trials.filter(({ scenario }) => scenario === id)
      const cells = run.plans.map((plan) => countOf(own.filter((one) => one.plan.name === plan)))
      return `| ${plain(own[0]?.name ?? id)} | ${[...cells, percent(score.satisfaction)].join(' | ')} |`
    }),
  ]
  if (rows.length > ROWS_MAX) lines.push('', `… and ${rows.length - ROWS_MAX} more scenarios.`)
  return [...lines, '']
}

function countOf(trials: RunResult['trials']): string {
  const count = (verdict: string): number => trials.filter((one) => one.verdict === verdict).length
  const [yes, no, odd] = [count('satisfied'), count('unsatisfied'), count('inconclusive')]
  if (yes + no + odd === 0) return ''
  const mark = no > 0 ? '❌ ' : ''
  return `${mark}${yes}/${yes + no}${odd > 0 ? ` (+${odd}?)` : ''}`
}

function tellFailures(result: RunResult): string[] {
  const failures = [
    ...groupFailures(result.trials, 'unsatisfied'),
    ...groupFailures(result.trials, 'inconclusive'),
  ]
  if (failures.length === 0) return []
  const shown = failures.slice(0, FAILURES_MAX).flatMap((one) => tellFailure(one, result))
  const left = failures.length - FAILURES_MAX
  const more = left > 0 ? [`… and ${plural(left, 'more way')}; the page shows all.`, ''] : []
  return ['### What fell short', '', ...shown, ...more]
}

function tellFailure({ reason, also, name, shown, trials }: Failure, result: RunResult): string[] {
  const plans = [...new Set(trials.map((one) => one.plan.name))].join(', ')
  const whose = shown.verdict === 'inconclusive' ? ' – inconclusive, no fault of the subject' : ''
  const lines = [reason, ...also].flatMap((one) => tellReason(shown, one))
  return [
    '<details>',
    `<summary>${plain(reason.text)} – ${plain(name)} (${plural(trials.length, 'trial')}: ${plain(plans)})${whose}</summary>`,
    '',
    fenced([...lines, ...tellReply(shown)].join('\n')),
    '',
    'See it again:',
    '',
    fenced(replayCommand(shown.id, result.subject.file, result.wall?.name), 'sh'),
    '',
    '</details>',
    '',
  ]
}

/** Text that is no markup, mention or cell border, whatever a subject or an author has put into a name. */
function plain(text: string): string {
  return inert(text)
    .replaceAll(/\s+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_{}[\]()#+!|~@:$]/g, (one) => `&#${one.charCodeAt(0)};`)
}

/** A block of code that its content can't end. */
function fenced(text: string, language = 'text'): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${language}\n${inert(text)}\n${fence}`
}
