import { isShallower } from '../engine/depth.ts'
import type { CallEntry } from '../engine/journal.ts'
import type { World } from '../engine/world.ts'
import type { UnexpectedChange } from './collateral.ts'
import type { Progress } from './kit.ts'
import type { Budget } from './scenario.ts'
import type { BudgetUse, Spent, TrialResult, Verdict } from './trial-result.ts'

/** Everything a verdict is made from. */
export interface Findings {
  world: World
  progress: Progress
  unexpected: readonly UnexpectedChange[]
  budget: BudgetUse
  /** Why the scenario's own function did not reach its end. */
  broke: string | undefined
}

/** Satisfied, unsatisfied or inconclusive, and why. What is our fault comes first: no subject is blamed for it. */
export function judge(findings: Findings): { verdict: Verdict; why: string[] } {
  const ours = findOurFaults(findings)
  if (ours.length > 0) return { verdict: 'inconclusive', why: ours }
  const why = findShortfalls(findings)
  if (findings.broke !== undefined) {
    const blamed = why.length > 0
    why.push(`the scenario stopped: ${findings.broke}`)
    return { verdict: blamed ? 'unsatisfied' : 'inconclusive', why }
  }
  if (why.length > 0) return { verdict: 'unsatisfied', why }
  if (findings.progress.checks.length === 0) {
    return { verdict: 'inconclusive', why: ['the scenario checked nothing'] }
  }
  return { verdict: 'satisfied', why }
}

/** What was spent against what might have been. */
export function spend(world: World, budget: Budget, seconds: number): BudgetUse {
  const calls = world.journal.calls()
  const writes = calls.filter(({ twin, op }) => {
    const open = world.twins.get(twin)!
    const known = op === undefined ? undefined : open.operations.get(op)
    return known !== undefined && open.writes(known)
  })
  return {
    calls: toSpent(calls.length, budget.calls),
    writes: toSpent(writes.length, budget.writes),
    seconds: toSpent(seconds, budget.seconds),
  }
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

function toSpent(used: number, most: number | undefined): Spent {
  return most === undefined ? { used } : { used, most }
}

function findOurFaults({ world, progress }: Findings): string[] {
  const why: string[] = []
  for (const { request, reply } of progress.requests) {
    if (reply.problem?.kind !== 'not-started') continue
    why.push(
      `the subject could not be started for ${request.method} ${request.path}: ${reply.problem.why}`,
    )
  }
  for (const entry of world.journal.calls(undefined, undefined, 'anyone')) {
    const where = `${entry.twin} ${entry.op ?? entry.call.path} (exchange ${entry.n})`
    if (entry.crash !== undefined) why.push(`the twin crashed in ${where}`)
    else if (isNotImplemented(entry))
      why.push(`the twin can't answer ${where} at depth "${entry.depth}"`)
  }
  return [...new Set(why)]
}

function isNotImplemented({ reply }: CallEntry): boolean {
  return (
    reply.status === 501 &&
    reply.headers['content-type'] === 'application/vnd.backlot.not-implemented+json'
  )
}

function findShortfalls({ world, progress, unexpected, budget }: Findings): string[] {
  const why: string[] = []
  for (const { request, reply } of progress.requests) {
    if (reply.problem === undefined) continue
    why.push(
      `the subject did not answer ${request.method} ${request.path}: it ${reply.problem.why}`,
    )
  }
  for (const { ok, sentence } of progress.checks) if (!ok) why.push(`not so: ${sentence}`)
  for (const { table, id, kind } of unexpected) why.push(`${kind} without leave: ${table} ${id}`)
  for (const [name, { used, most }] of Object.entries(budget) as [string, Spent][]) {
    if (most !== undefined && used > most) why.push(`over budget: ${used} ${name} of ${most}`)
  }
  for (const entry of world.journal.entries) {
    if (entry.kind === 'escape') why.push(`escape: ${entry.how} ${entry.target}`)
  }
  return why
}
