import type { Case, Lesson, OperationFacts } from './knowledge.ts'
import type { Operation } from '../contract/contract.ts'
import type { Places } from './apply.ts'
import { placesOf, routerOf } from './observe.ts'
import { weightOf } from './features.ts'

/** What was learned, ready to be asked. */
export interface Guide {
  lesson: Lesson
  places: Places
  casesOf: (op: string) => readonly Case[]
  factsOf: (op: string) => OperationFacts | undefined
  /** The cases of an operation that no recording shows: those of one that ends alike (`POST …/{}/roles`), if there is one. */
  analogOf: (op: Operation) => Operation | undefined
  /** An error of this status and, if there is one, of this kind, from whatever operation. */
  errorLike: (status: number, feature: string) => Case | undefined
}

/** Prepares a lesson; once. */
export function openGuide(lesson: Lesson): Guide {
  const cases = lesson.learned.cases.filter(({ forget }) => forget !== true)
  const byOp = Map.groupBy(cases, ({ op }) => op)
  const endings = endingsOf(
    lesson.contract.operations.filter(({ id }) => byOp.get(id)?.some(({ status }) => status < 400)),
  )
  const facts = new Map(lesson.learned.operations.map((one) => [one.op, one]))
  const errors = Map.groupBy(
    cases.filter(({ status }) => status >= 400),
    ({ status }) => status,
  )
  return {
    lesson,
    places: placesOf(routerOf(lesson.contract), lesson.contract.schemas),
    casesOf: (op) => byOp.get(op) ?? [],
    analogOf: (op) => {
      for (const ending of endingOf(op)) {
        const found = endings.get(ending)
        if (found !== undefined) return found
      }
      return undefined
    },
    factsOf: (op) => facts.get(op),
    errorLike: (status, feature) => {
      const list = errors.get(status) ?? []
      return list.find((one) => one.when.includes(feature)) ?? list[0]
    },
  }
}

const sets = new WeakMap<Case, ReadonlySet<string>>()

function setOf(one: Case): ReadonlySet<string> {
  let known = sets.get(one)
  if (known === undefined) sets.set(one, (known = new Set(one.when)))
  return known
}

/** How alike a case is to what is the case now. */
export function likeness(one: Case, features: ReadonlySet<string>): number {
  const known = setOf(one)
  let score = Math.log2(one.seen + 1) * 0.3 + (one.by === 'person' ? 3 : 0)
  for (const feature of features)
    score += known.has(feature) ? weightOf(feature) : -0.5 * weightOf(feature)
  for (const feature of known) if (!features.has(feature)) score -= weightOf(feature)
  return score
}

/** The case that is most like now; an error only where something that provoked it is so now. */
export function choose(cases: readonly Case[], features: readonly string[]): Case | undefined {
  const now = new Set(features)
  const good = cases.filter(({ status }) => status < 400)
  let best: Case | undefined
  let most = -Infinity
  for (const one of cases) {
    const provoked = one.status < 400 ? 0 : provocationOf(one, good, now)
    if (provoked === undefined) continue
    const score = likeness(one, now) - provoked
    if (score <= most) continue
    most = score
    best = one
  }
  return best
}

const provocations = new WeakMap<Case, { has: string[]; lacks: string[] }>()

/** Who calls, how often, and whether the service is well are no matter of what is asked. */
function isCircumstance(status: number): boolean {
  return status === 401 || status === 429 || status >= 500
}

/**
 * How unlikely an error is for all that it looks like now: it takes something that no success had, or better that something is
 * missing which every success had. Undefined when nothing provokes it.
 */
function provocationOf(
  error: Case,
  good: readonly Case[],
  now: ReadonlySet<string>,
): number | undefined {
  if (error.by === 'person') return 0
  if (isCircumstance(error.status)) return undefined
  // Where no success is known, only what is not there tells why.
  if (good.length === 0)
    return error.when.some((feature) => isAbsence.test(feature) && now.has(feature)) ? 0 : undefined
  let known = provocations.get(error)
  if (known === undefined) {
    const own = setOf(error)
    const has = error.when.filter((feature) => !good.some((one) => setOf(one).has(feature)))
    const lacks = good[0]!.when.filter(
      (feature) => !own.has(feature) && good.every((one) => setOf(one).has(feature)),
    )
    provocations.set(error, (known = { has, lacks }))
  }
  if (known.lacks.some((feature) => !now.has(feature))) return 0
  return known.has.some((feature) => now.has(feature)) ? 4 : undefined
}

const isAbsence = /^(target|parent) (gone|unknown)$/

/** Method and last segments, from the longest to the shortest that still says something. */
function endingOf({ method, path }: Operation): string[] {
  const segments = path
    .replaceAll(/\{[^}]*\}/g, '{}')
    .split('/')
    .slice(1)
  const out: string[] = []
  for (let from = 1; from <= segments.length - 2; from++) {
    const last = segments.slice(from)
    if (last.some((one) => !one.includes('{}')) && last[0] !== segments.at(-1))
      out.push(`${method} ${last.join('/')}`)
  }
  return out
}

function endingsOf(operations: readonly Operation[]): Map<string, Operation> {
  const out = new Map<string, Operation>()
  for (const op of operations)
    for (const ending of endingOf(op)) if (!out.has(ending)) out.set(ending, op)
  return out
}
