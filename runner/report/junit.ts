import type { TrialResult } from '../trial-result.ts'
import { replayCommand } from './replay-command.ts'
import type { RunResult } from './result.ts'
import { tellReason, tellReply } from './shortfall.ts'
import { counts, percent, span, whyNothing } from './words.ts'
import { element, text, token } from './xml.ts'

/** A text longer than this is cut: a report of ten thousand failing trials must still be read. */
const TEXT_MAX = 8000
const MESSAGE_MAX = 500

/**
 * A run as JUnit XML: a suite for each scenario, a case for each trial. Valid by both descriptions
 * that there are, Ant's (github.com/windyroad/JUnit-Schema, JUnit.xsd) and that of Jenkins's xUnit plugin
 * (github.com/jenkinsci/xunit-plugin, junit-10.xsd), so it uses only what both allow: no attribute on
 * `testsuites`, no properties and no output in a case. A failure is the subject's; an inconclusive
 * trial and a broken scenario are errors, since they are ours or the author's; a trial of a
 * scenario that measures nothing is skipped, since it counts for nothing.
 */
export function renderJUnit(result: RunResult): string {
  const scenarios = [...new Set(result.trials.map(({ scenario }) => scenario))]
  const suites = [
    ...scenarios.map((id) => toSuite(id, result)),
    ...result.broken.map((broken) => toBrokenSuite(broken)),
  ]
  const drawn = suites.map((suite, id) => drawSuite(suite, id, result))
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', {}, drawn)}\n`
}

interface Suite {
  name: string
  cases: Case[]
  properties: [name: string, value: string][]
}

interface Case {
  name: string
  seconds: number
  outcome?: {
    element: 'failure' | 'error' | 'skipped'
    type: string
    message: string
    told: string
  }
}

function toSuite(id: string, result: RunResult): Suite {
  const trials = result.trials.filter(({ scenario }) => scenario === id)
  const { name, tags, twins } = trials[0]!
  const score = result.by.scenario.find((one) => one.name === id)?.score
  return {
    name: id,
    cases: trials.map((trial) => toCase(trial, result)),
    properties: [
      ['scenario', name],
      ['tags', tags.join(', ')],
      ['twins', twins.join(', ')],
      ['subject', `${result.subject.name} (${result.subject.kind})`],
      ['satisfaction', percent(score?.satisfaction ?? null)],
      ['interval95', score?.interval ? span(score.interval) : 'unknown'],
      ['counts', score === undefined ? 'unknown' : counts(score)],
      ['unplayedInRun', String(result.unplayed)],
      ['backlot', result.versions.backlot],
    ],
  }
}

function toBrokenSuite({ id, what, where, fix }: RunResult['broken'][number]): Suite {
  const spot = [where.file ?? id, where.line, where.column].filter(Boolean).join(':')
  const told = [`${spot}: ${what}`, fix].filter(Boolean).join('\n')
  const outcome = { element: 'error' as const, type: 'scenario', message: what, told }
  return { name: id, cases: [{ name: 'is played', seconds: 0, outcome }], properties: [] }
}

function toCase(trial: TrialResult, result: RunResult): Case {
  const { name, seed, plan, verdict, why, wallMs } = trial
  const one: Case = { name: `${name} (seed ${seed}, ${plan.name})`, seconds: wallMs / 1000 }
  if (result.measuringNothing.includes(trial.scenario)) {
    const message = `measures nothing: ${whyNothing(result, trial.scenario)}`
    one.outcome = { element: 'skipped', type: 'scenario', message, told: message }
  } else if (verdict !== 'satisfied') {
    one.outcome = {
      element: verdict === 'unsatisfied' ? 'failure' : 'error',
      type: why[0]?.kind ?? 'ours',
      message: why[0]?.text ?? verdict,
      told: tell(trial, result),
    }
  }
  return one
}

/** Everything that a reader of a CI page needs to see what went wrong, and to see it again. */
function tell(trial: TrialResult, { subject, wall }: RunResult): string {
  const lines = trial.why.flatMap((reason) => tellReason(trial, reason))
  for (const place of trial.plan.places) lines.push(`fault laid: ${place}`)
  lines.push(...tellReply(trial))
  const stderr = trial.requests.map(({ reply }) => reply.stderr).join('')
  if (stderr !== '') lines.push('stderr:', stderr.trimEnd())
  const again = `see it again: ${replayCommand(trial.id, subject.file, wall?.name)}`
  return `${cut(lines.join('\n'), TEXT_MAX)}\n${again}`
}

function drawSuite({ name, cases, properties }: Suite, id: number, result: RunResult): string {
  const count = (wanted: string): number =>
    cases.filter(({ outcome }) => outcome?.element === wanted).length
  const attributes = {
    id,
    name: token(name),
    package: token(result.subject.name),
    // Ant's pattern has no place for a zone: it is UTC.
    timestamp: result.startedAt.slice(0, 19),
    hostname: 'localhost',
    tests: cases.length,
    failures: count('failure'),
    errors: count('error'),
    skipped: count('skipped'),
    time: seconds(cases.reduce((sum, one) => sum + one.seconds, 0)),
  }
  const list = properties.map(([name, value]) => element('property', { name, value }))
  const classname = token(name).replaceAll('/', '.')
  return element('testsuite', attributes, [
    element('properties', {}, list),
    ...cases.map((one) => drawCase(one, classname)),
    element('system-out', {}),
    element('system-err', {}),
  ])
}

function drawCase({ name, seconds: time, outcome }: Case, classname: string): string {
  const attributes = { classname, name: token(name), time: seconds(time) }
  if (outcome === undefined) return element('testcase', attributes)
  const { element: kind, type, message, told } = outcome
  // Ant's description gives `skipped` no attributes; Jenkins reads its text as well.
  const about = kind === 'skipped' ? {} : { type, message: cut(message, MESSAGE_MAX) }
  return element('testcase', attributes, [element(kind, about, [text(told)])])
}

function seconds(value: number): string {
  return value.toFixed(3)
}

function cut(value: string, most: number): string {
  if (value.length <= most) return value
  return `${value.slice(0, most)}… (${value.length - most} more characters)`
}
