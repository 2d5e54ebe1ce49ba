import { isDeepStrictEqual } from 'node:util'
import type { ExchangeView } from '../exchange-view.ts'
import { cutLarge } from '../report/cut-large.ts'
import type { TrialResult } from '../trial-result.ts'

/** Where two plays of one trial first part. */
export interface Parting {
  /** The number of the exchange; absent when every exchange agrees and only what the subject said, or what was found, differs. */
  n?: number
  /** Which part: a field of the exchange, `missing`, `more`, `answer` or `verdict`. */
  what: string
  recorded: unknown
  replayed: unknown
}

/** Fields that two plays must agree in, in the order in which a person would want to hear of them. */
const fields = [
  'kind',
  'by',
  'twin',
  'what',
  'method',
  'path',
  'atMs',
  'request',
  'status',
  'refusal',
  'fault',
  'lost',
  'reply',
] as const satisfies readonly (keyof ExchangeView)[]

/** The first difference between a recorded trial and its replay; undefined when there is none. Bodies count where both have them. */
export function findParting(recorded: TrialResult, replayed: TrialResult): Parting | undefined {
  const most = Math.max(recorded.exchanges.length, replayed.exchanges.length)
  for (let i = 0; i < most; i++) {
    const [a, b] = [recorded.exchanges[i], replayed.exchanges[i]]
    if (a === undefined) return { n: b!.n, what: 'more', recorded: null, replayed: b }
    if (b === undefined) return { n: a.n, what: 'missing', recorded: a, replayed: null }
    const field = fields.find((name) => differ(a, b, name))
    if (field !== undefined) {
      return { n: a.n, what: field, recorded: a[field] ?? null, replayed: b[field] ?? null }
    }
  }
  // A stored result holds the beginning of what is enormous.
  const answers = partingOfAnswers(cutLarge(recorded), cutLarge(replayed))
  return answers ?? partingOfVerdicts(recorded, replayed)
}

function differ(a: ExchangeView, b: ExchangeView, name: (typeof fields)[number]): boolean {
  const isBody = name === 'request' || name === 'reply'
  if (isBody && (a[name] === undefined || b[name] === undefined)) return false
  return a[name] !== b[name]
}

function partingOfAnswers(recorded: TrialResult, replayed: TrialResult): Parting | undefined {
  const said = ({ requests }: TrialResult) =>
    requests.map(({ reply: { status, body, problem } }) => ({
      status,
      body,
      problem: problem?.kind,
    }))
  const [before, now] = [said(recorded), said(replayed)]
  for (let i = 0; i < Math.max(before.length, now.length); i++) {
    // A recorded result went through JSON, which knows no undefined.
    const [a, b] = [before[i], now[i]].map(
      (one) => JSON.parse(JSON.stringify(one ?? null)) as unknown,
    )
    if (!isDeepStrictEqual(a, b)) return { what: 'answer', recorded: a, replayed: b }
  }
  return undefined
}

function partingOfVerdicts(recorded: TrialResult, replayed: TrialResult): Parting | undefined {
  const found = ({ verdict, why }: TrialResult) => ({ verdict, why: why.map(({ key }) => key) })
  const [a, b] = [found(recorded), found(replayed)]
  return isDeepStrictEqual(a, b) ? undefined : { what: 'verdict', recorded: a, replayed: b }
}
