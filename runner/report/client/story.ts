import type { PageCheck, PageExchange, PageRequest, PageStep, PageTrial } from '../page-trial.ts'

/** One thing that happened in a trial. */
export type Happening = { atMs: number } & (
  | { kind: 'step'; step: PageStep; number: number }
  | { kind: 'asked'; request: PageRequest }
  | { kind: 'answered'; request: PageRequest }
  | { kind: 'exchange'; view: PageExchange }
  | { kind: 'check'; check: PageCheck }
)

/** Everything that happened in a trial, in order: by exchanges, and between two of them by the order in which the scenario went on. */
export function tellStory(trial: PageTrial): Happening[] {
  const placed: { after: number; order: number; one: Happening }[] = []
  for (const view of trial.exchanges) {
    placed.push({ after: view.n, order: 0, one: { kind: 'exchange', atMs: view.atMs, view } })
  }
  for (const [i, step] of trial.steps.entries()) {
    const one: Happening = { kind: 'step', atMs: step.atMs, step, number: i + 1 }
    placed.push({ after: step.before, order: step.order, one })
  }
  for (const request of trial.requests) {
    const { before, last, order, endOrder, atMs, endMs } = request
    placed.push({ after: before, order, one: { kind: 'asked', atMs, request } })
    placed.push({ after: last, order: endOrder, one: { kind: 'answered', atMs: endMs, request } })
  }
  for (const check of trial.checks) {
    const { after, order, atMs } = check
    placed.push({ after, order, one: { kind: 'check', atMs, check } })
  }
  return placed.sort((a, b) => a.after - b.after || a.order - b.order).map(({ one }) => one)
}

/** How an exchange went, as the page colours it. */
export function lookOf(view: PageExchange): 'fine' | 'refused' | 'struck' | 'crashed' {
  if (view.crash !== undefined || view.kind === 'escape') return 'crashed'
  if (view.fault !== undefined || view.lost) return 'struck'
  return (view.status ?? 0) >= 400 || view.refusal !== undefined ? 'refused' : 'fine'
}

/** The number of the happening that shows a reason: the check that it is about, else the last exchange that it rests on; -1 where nothing does. */
export function findRow(
  { text, exchanges }: { text: string; exchanges: readonly number[] },
  story: readonly Happening[],
): number {
  const check = story.findIndex(
    (one) => one.kind === 'check' && !one.check.ok && text === `not so: ${one.check.sentence}`,
  )
  if (check !== -1) return check
  return story.findIndex((one) => one.kind === 'exchange' && one.view.n === exchanges.at(-1))
}
