import type { ExchangeView } from '../exchange-view.ts'
import type { TrialResult } from '../trial-result.ts'
import { exchangeLine, howLong, inert, shortJson } from './words.ts'

/** One trial told in order: what was asked, what happened, what was checked, and the verdict. The same trial gives the same text. */
export function tellTrial(trial: TrialResult, { bodies }: { bodies: boolean }): string {
  const { id, name, plan, verdict, why } = trial
  const lines = [`${name} (${id})`]
  for (const place of plan.places) lines.push(`  fault laid: ${place}`)
  lines.push('')
  let step = -1
  for (const view of trial.exchanges) {
    const now = stepAt(trial, view.n)
    if (now !== step) lines.push(...tellSteps(trial, step, now))
    step = now
    lines.push(...tellExchange(view, bodies))
  }
  lines.push(...tellSteps(trial, step, trial.steps.length - 1), '')
  for (const { ok, sentence, actual, expected } of trial.checks) {
    lines.push(`  ${ok ? '✓' : '✗'} ${sentence}`)
    if (!ok) lines.push(`      it is ${shortJson(actual)}, expected ${shortJson(expected)}`)
  }
  for (const { table, id: row, kind, fields, by, word } of trial.unexpected) {
    lines.push(
      `  ✗ ${kind} without leave: ${table} ${row}, by exchange ${by.join(', ') || '(time)'}`,
    )
    for (const { path, before, after } of fields) {
      lines.push(`      ${path}: ${shortJson(before)} → ${shortJson(after)}`)
    }
    lines.push(`      changes.allow(${JSON.stringify(word)}) would account for it`)
  }
  lines.push('', `${verdict}${why.length === 0 ? '' : ':'}`)
  for (const { text } of why) lines.push(`  ${text}`)
  return inert(`${lines.join('\n')}\n`)
}

/** The index of the last step that had begun before an exchange. */
function stepAt({ steps }: TrialResult, n: number): number {
  return steps.findLastIndex(({ before }) => before < n)
}

function tellSteps(trial: TrialResult, from: number, to: number): string[] {
  const lines: string[] = []
  for (let i = from + 1; i <= to; i++) {
    const { sentence, before } = trial.steps[i]!
    lines.push(`${sentence}`)
    for (const { request, reply } of trial.requests.filter((one) => one.before === before)) {
      const said = reply.problem === undefined ? reply.status : reply.problem.kind
      lines.push(
        `      asked: ${request.method} ${request.path} ${shortJson(request.body ?? null)} → ${said}`,
      )
    }
  }
  return lines
}

function tellExchange(view: ExchangeView, bodies: boolean): string[] {
  const lines = [`${exchangeLine(view)}   +${howLong(view.atMs)}`]
  if (!bodies) return lines
  if (view.method !== undefined) lines.push(`        ${view.method} ${view.path}`)
  if (view.request !== undefined) lines.push(`        > ${view.request}`)
  if (view.reply !== undefined) lines.push(`        < ${view.reply}`)
  return lines
}
