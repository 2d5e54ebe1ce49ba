import type { Reply } from '../call.ts'
import type { Exchange } from '../exchange.ts'
import { notImplemented } from '../not-implemented.ts'
import { defineTable } from '../table.ts'
import type { Case, WireMarks } from './knowledge.ts'
import type { Observed } from './observe.ts'
import { statusMeant } from './outcome.ts'

// A key that the caller makes up: a call that comes a second time under it is not done again.

const keyName = /^(x-)?idempotency-key$/
const keysMax = 20_000

type Marks = NonNullable<WireMarks['idempotency']>

/** Finds out whether calls under the same key were answered alike. */
export class IdempotencyFinder {
  readonly #first = new Map<string, { sent: string; told: string }>()
  #header: string | undefined
  #clash: Marks['clash']

  /** Looks at an exchange; true when it was a repeated one, of which nothing else is to be learned. */
  note({ recorded, reach, body, learned }: Observed): boolean {
    const { headers, cassette, status } = recorded
    const header = Object.keys(headers).find((name) => keyName.test(name))
    if (header === undefined || recorded.isBodyLost) return false
    const id = `${cassette}\n${reach.op.id}\n${headers[header]}`
    const [sent, told] = [textOf(body), textOf([status, recorded.json ?? recorded.text])]
    const first = this.#first.get(id)
    if (first === undefined) {
      if (status < 300 && this.#first.size < keysMax) this.#first.set(id, { sent, told })
      return false
    }
    if (first.sent === sent && first.told === told) {
      this.#header = header
      return true
    }
    if (first.sent === sent || status < 400) return false
    this.#clash = clashOf(learned)
    return true
  }

  /** What was found; undefined when no call was seen to come again and be answered as before. */
  marks(): Marks | undefined {
    if (this.#header === undefined) return undefined
    return { header: this.#header, ...(this.#clash === undefined ? {} : { clash: this.#clash }) }
  }
}

function clashOf({ status, sent, headers, json, text }: Case): NonNullable<Marks['clash']> {
  return {
    status,
    ...(sent === undefined ? {} : { sent }),
    ...(headers === undefined ? {} : { headers }),
    ...(json === undefined ? {} : { json }),
    ...(text === undefined ? {} : { text }),
  }
}

function textOf(value: unknown): string {
  return JSON.stringify(value) ?? ''
}

/** An answer that was given under a key. */
interface Answered {
  id: string
  sent: string
  reply: Reply
}

/** The answers that a learned twin gave under keys. */
export function answeredTable(twin: string) {
  return defineTable({ name: `${twin}.answered`, id: (row: Answered) => row.id, indexes: {} })
}

/**
 * Answers a call under a known key as before. Under the same key with another body it is refused as was seen or, where
 * nobody saw that, not answered at all: 501.
 */
export function answerOnce(
  exchange: Exchange,
  marks: Marks | undefined,
  table: ReturnType<typeof answeredTable>,
  answer: () => Reply,
  refuseAs: (like: NonNullable<Marks['clash']>) => Reply,
): Reply {
  const key = marks === undefined ? undefined : exchange.headers[marks.header]
  if (marks === undefined || key === undefined || exchange.method === 'GET') return answer()
  const id = `${exchange.op!.id}\n${key}`
  const sent = textOf(exchange.body)
  const before = exchange.rows.get(table, id)
  if (before?.sent === sent) return structuredClone(before.reply)
  if (before !== undefined) {
    return marks.clash === undefined
      ? notImplemented(exchange, 'no recording shows a key that is used for another body')
      : refuseAs(marks.clash)
  }
  const reply = answer()
  if (statusMeant(reply.status, reply.json) < 300)
    exchange.rows.put(table, { id, sent, reply: structuredClone(reply) })
  return reply
}
