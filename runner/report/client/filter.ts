import { spellTrialId } from '../../trial-id.ts'
import { verdicts, type PageIndex } from '../page-index.ts'

/** What the reader wants to see; an empty text is no wish. */
export interface Wishes {
  text: string
  scenario: string
  plan: string
  verdict: string
  tag: string
  service: string
  /** Number of a way of falling short. */
  failure: string
}

export const noWishes: Readonly<Wishes> = {
  text: '',
  scenario: '',
  plan: '',
  verdict: '',
  tag: '',
  service: '',
  failure: '',
}

/** Numbers of the trials that fit, in order. Each text is looked at once, not once for each trial. */
export function filterTrials(index: PageIndex, wishes: Wishes): number[] {
  const { columns, scenarios, plans } = index
  const words = wishes.text.toLowerCase().split(/\s+/).filter(Boolean)
  const tests = words.map((word) => toTest(index, word))
  const isScenario = scenarios.map(
    ({ id, tags, twins }) =>
      (wishes.scenario === '' || id === wishes.scenario) &&
      (wishes.tag === '' || tags.includes(wishes.tag)) &&
      (wishes.service === '' || twins.includes(wishes.service)),
  )
  const plan = wishes.plan === '' ? undefined : plans.indexOf(wishes.plan)
  const verdict =
    wishes.verdict === '' ? undefined : (verdicts as readonly string[]).indexOf(wishes.verdict)
  const failure =
    wishes.failure === '' ? undefined : new Set(index.failures[Number(wishes.failure)]?.trials)
  const out: number[] = []
  for (let i = 0; i < columns.scenario.length; i++) {
    if (!isScenario[columns.scenario[i]!]!) continue
    if (plan !== undefined && columns.plan[i] !== plan) continue
    if (verdict !== undefined && columns.verdict[i] !== verdict) continue
    if (failure !== undefined && !failure.has(i)) continue
    if (tests.every((test) => test(i))) out.push(i)
  }
  return out
}

/** The id of a trial. */
export function idOf({ columns, scenarios, plans }: PageIndex, i: number): string {
  return spellTrialId({
    scenario: scenarios[columns.scenario[i]!]!.id,
    seed: columns.seed[i]!,
    plan: plans[columns.plan[i]!]!,
  })
}

/** Whether a trial has a word in its scenario, tags, services, plan, seed, reasons or operations; with an @ in its id. */
function toTest(index: PageIndex, word: string): (trial: number) => boolean {
  const { columns, texts, lists } = index
  if (word.includes('@')) return (i) => idOf(index, i).toLowerCase().includes(word)
  const has = (text: string): boolean => text.toLowerCase().includes(word)
  const inText = texts.map(has)
  const inList = lists.map((list) => list.some((text) => inText[text]))
  const inScenario = index.scenarios.map(({ id, name, tags, twins }) =>
    [id, name, ...tags, ...twins].some(has),
  )
  const inPlan = index.plans.map(has)
  const ofVerdict = verdicts.map((verdict) => verdict === word)
  return (i) =>
    inScenario[columns.scenario[i]!]! ||
    inPlan[columns.plan[i]!]! ||
    ofVerdict[columns.verdict[i]!]! ||
    inList[columns.why[i]!]! ||
    inList[columns.operations[i]!]! ||
    columns.seed[i]!.toLowerCase() === word
}
