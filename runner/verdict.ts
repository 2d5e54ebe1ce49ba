import { isShallower } from '../engine/depth.ts'
import type { CallEntry } from '../engine/journal.ts'
import type { World } from '../engine/world.ts'
import type { UnexpectedChange } from './collateral.ts'
import type { Progress } from './trial-progress.ts'
import type { BudgetUse, Reason, Spent, TrialResult, Verdict } from './trial-result.ts'

/** Everything a verdict is made from. */
export interface Findings {
  world: World
  progress: Progress
  unexpected: readonly UnexpectedChange[]
  budget: BudgetUse
  /** Why the scenario's own function did not reach its end. */
  broke: string | undefined
}

/** The one thing that no subject can help. */
export const checkedNothing = 'the scenario checked nothing'

/** Satisfied, unsatisfied or inconclusive, and why. What is our fault comes first: no subject is blamed for it. */
export function judge(findings: Findings): { verdict: Verdict; why: Reason[] } {
  const ours = findOurFaults(findings)
  if (ours.length > 0) return { verdict: 'inconclusive', why: ours }
  const why = findShortfalls(findings)
  if (findings.broke !== undefined) {
    const blamed = why.length > 0
    why.push(because('scenario', `the scenario stopped: ${findings.broke}`))
    return { verdict: blamed ? 'unsatisfied' : 'inconclusive', why }
  }
  if (why.length > 0) return { verdict: 'unsatisfied', why }
  if (findings.progress.checks.length === 0) {
    return { verdict: 'inconclusive', why: [because('scenario', checkedNothing)] }
  }
  return { verdict: 'satisfied', why }
}

/** A reason; `key` is what the same shortfall in another trial has in common with it. */
export function because(
  kind: Reason['kind'],
  text: string,
  { key = text, exchanges = [] }: { key?: string; exchanges?: readonly number[] } = {},
): Reason {
  return { kind, text, key, exchanges: [...exchanges] }
}

/** The operations below hand-written depth that the subject used. */
export function findShallow(world: World): TrialResult['shallow'] {
  const found = new Map<string, TrialResult['shallow'][number]>()
  for (const { twin, op, depth } of world.journal.calls()) {
    if (op === undefined || !isShallower(depth, 'behaved')) continue
    const one = found.get(`${twin} ${op}`)
    if (one === undefined) found.set(`${twin} ${op}`, { twin, op, depth, calls: 1 })
    else one.calls++
  }
  return [...found.values()]
}

function findOurFaults({ world, progress }: Findings): Reason[] {
  const why = new Map<string, Reason>()
  for (const { request, reply } of progress.requests) {
    const { problem } = reply
    if (problem?.kind !== 'not-started' && problem?.kind !== 'held-up') continue
    const went =
      problem.kind === 'held-up' ? 'and this machine were held up in' : 'could not be started for'
    const text = `the subject ${went} ${request.method} ${request.path}: ${problem.why}`
    why.set(text, because('ours', text))
  }
  for (const entry of world.journal.calls(undefined, undefined, 'anyone')) {
    const where = `${entry.twin} ${entry.op ?? entry.call.path}`
    const text =
      entry.crash !== undefined
        ? `the twin crashed in ${where}`
        : isNotImplemented(entry)
          ? `the twin can't answer ${where} at depth "${entry.depth}"`
          : undefined
    if (text !== undefined && !why.has(text)) {
      why.set(text, because('ours', text, { exchanges: [entry.n] }))
    }
  }
  return [...why.values()]
}

function isNotImplemented({ reply }: CallEntry): boolean {
  return (
    reply.status === 501 &&
    reply.headers['content-type'] === 'application/vnd.backlot.not-implemented+json'
  )
}

function findShortfalls({ world, progress, unexpected, budget }: Findings): Reason[] {
  const why: Reason[] = []
  for (const { request, reply, last } of progress.requests) {
    if (reply.problem === undefined) continue
    const text = `no answer to ${request.method} ${request.path}: the subject ${reply.problem.why}`
    const key = `no answer: ${reply.problem.kind}`
    why.push(because('answer', text, { key, exchanges: last === 0 ? [] : [last] }))
  }
  for (const { ok, sentence, restsOn } of progress.checks) {
    if (!ok) why.push(because('check', `not so: ${sentence}`, { exchanges: restsOn }))
  }
  for (const { table, id, kind, by, fields } of unexpected) {
    const paths = fields.map(({ path }) => path).filter((path) => path !== '')
    const what = paths.length === 0 ? '' : ` (${paths.join(', ')})`
    const text = `${kind} without leave: ${table} ${id}${what}`
    why.push(because('change', text, { key: `${kind} ${table}${what}`, exchanges: by }))
  }
  for (const [name, { used, most }] of Object.entries(budget) as [string, Spent][]) {
    if (most === undefined || used <= most) continue
    why.push(
      because('budget', `over budget: ${used} ${name} of ${most}`, { key: `budget ${name}` }),
    )
  }
  for (const entry of world.journal.entries) {
    if (entry.kind !== 'escape') continue
    const text = `escape: ${entry.how} ${entry.target}`
    why.push(because('escape', text, { exchanges: [entry.n] }))
  }
  return why
}
