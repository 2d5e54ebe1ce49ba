import type { Case, Lesson, OperationFacts } from './knowledge.ts'
import type { Operation } from '../contract/contract.ts'
import type { Router } from '../contract/route.ts'
import type { Places } from './apply.ts'
import { placesOf, routerOf } from './observe.ts'
import { familyOf, isCondition, weightOf } from './features.ts'
import { isIdName } from './looks.ts'

/** What was learned, ready to be asked. */
export interface Guide {
  lesson: Lesson
  places: Places
  router: Router
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
  const router = routerOf(lesson.contract)
  return {
    lesson,
    router,
    places: placesOf(router, lesson.contract.schemas),
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
    const provoked =
      one.status < 400
        ? 0
        : good.length === 0
          ? provokedAgain(one, cases, now)
          : provocationOf(one, good, now)
    if (provoked === undefined) continue
    const score = likeness(one, now) - provoked
    if (score <= most) continue
    most = score
    best = one
  }
  return best
}

/**
 * Where no success is known nobody can tell by comparing why a call was refused. It is refused again where the reason is
 * plainly the same: what it speaks of is not there; the caller may not do this at all, as far as was ever seen; or it
 * asks for the very same. Zero then, else undefined.
 */
function provokedAgain(
  error: Case,
  cases: readonly Case[],
  now: ReadonlySet<string>,
): number | undefined {
  if (error.by === 'person') return 0
  if (isCircumstance(error)) return undefined
  const isAbsent = error.when.some((feature) => isAbsence.test(feature) && now.has(feature))
  const isBarred = error.status === 403 && cases.every(({ status }) => status === 403)
  return isAbsent || isBarred || isSameCall(error.when, now) ? 0 : undefined
}

/** Whether a call names the same places as one before, with the same telling values, of which there are some. */
function isSameCall(when: readonly string[], now: ReadonlySet<string>): boolean {
  const isAsked = (feature: string): boolean => /^(body|query) /.test(feature)
  const isValued = (feature: string): boolean => isAsked(feature) && feature.includes(' = ')
  const isPlace = (feature: string): boolean => isAsked(feature) && !feature.includes(' = ')
  return (
    when.some(isValued) &&
    when.every((feature) => !(isAsked(feature) || isCondition(feature)) || now.has(feature)) &&
    [...now].every((feature) => !isPlace(feature) || when.includes(feature))
  )
}

interface Provocation {
  /** What no success had. */
  has: string[]
  /** Of these, how things were rather than what was asked, by what they tell of. */
  conditions: ReadonlyMap<string, readonly string[]>
  /** What every success had. */
  lacks: string[]
}

const provocations = new WeakMap<Case, Provocation>()

/** Who calls, how often, and whether the service is well are no matter of what is asked. */
function isCircumstance({ status, when }: Case): boolean {
  // Whether a version is the right one is not for words to tell.
  const isVersion = status === 412 && when.some((one) => one.startsWith('header if-'))
  return status === 401 || status === 429 || status >= 500 || isVersion
}

/**
 * How unlikely an error is for all that it looks like now: it takes something that no success had, or better that something is
 * missing which every success had. Below zero where how things are tells of nothing but this error. Undefined when
 * nothing provokes it.
 */
function provocationOf(
  error: Case,
  good: readonly Case[],
  now: ReadonlySet<string>,
): number | undefined {
  if (error.by === 'person') return 0
  if (isCircumstance(error)) return undefined
  const { has, lacks, conditions } = provocationsOf(error, good)
  if (lacks.some((feature) => !now.has(feature))) return 0
  // That no success had it says the more, the more there were.
  if (conditions.size > 0 && metBy(now, conditions) >= 0.5)
    return 4 - 4 * Math.log2(1 + seenOf(good))
  const alike = has.filter((feature) => now.has(feature))
  if (alike.length === 0) return undefined
  return alike.every(isCondition) ? 8 : 4
}

function provocationsOf(error: Case, good: readonly Case[]): Provocation {
  const known = provocations.get(error)
  if (known !== undefined) return known
  const own = setOf(error)
  const has = error.when.filter((feature) => !good.some((one) => setOf(one).has(feature)))
  const conditions = Map.groupBy(has.filter(isCondition), (feature) => familyOf(feature) ?? feature)
  const isMuch = seenOf(good) >= 3
  const lacks = good[0]!.when.filter(
    (feature) =>
      !own.has(feature) &&
      // Few successes have much in common by chance: how things were proves nothing then.
      (!isCondition(feature) ||
        (isMuch && (conditions.size === 0 || feature.startsWith('state ')))) &&
      good.every((one) => setOf(one).has(feature)),
  )
  const out = { has, lacks, conditions }
  provocations.set(error, out)
  return out
}

/**
 * To what share it is as it was; each kind of condition counts the same. That a name is taken says enough, whoever
 * has it; of what refers to a thing it matters how it is.
 */
function metBy(now: ReadonlySet<string>, conditions: Provocation['conditions']): number {
  let sum = 0
  for (const [family, words] of conditions) {
    const [exact, bare] = [words.filter(isExact), words.filter((one) => !isExact(one))]
    const met = exact.filter((one) => now.has(one)).length / Math.max(1, exact.length)
    const isName = family.startsWith('taken ') && !isIdName(family)
    if (bare.length === 0) sum += met
    else if (bare.some((one) => now.has(one)))
      sum += exact.length === 0 ? 1 : isName ? 0.5 + met / 2 : met - 0.01
  }
  return sum / conditions.size
}

function isExact(feature: string): boolean {
  return / (=|>) /.test(feature)
}

function seenOf(cases: readonly Case[]): number {
  return cases.reduce((sum, { seen }) => sum + seen, 0)
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
