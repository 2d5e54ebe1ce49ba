import type { CallEntry, DeliveryEntry, EventEntry, Journal } from '../engine/journal.ts'
import type { FreeJson, JournalLook } from './scenario.ts'

/** One call of the subject, as a scenario reads it. */
export interface JournalCall {
  n: number
  /** Virtual time in ms since 1970. */
  at: number
  twin: string
  op: string | undefined
  method: string
  path: string
  /** What was sent: JSON and forms as values, anything else as text. */
  request: FreeJson
  status: number
  reply: FreeJson
  /** The kind of fault that struck. */
  fault: string | undefined
}

export interface JournalEvent {
  n: number
  at: number
  twin: string
  type: string
  payload: FreeJson
}

/** One attempt to hand an event to a receiver. */
export interface JournalDelivery {
  n: number
  at: number
  twin: string
  type: string
  url: string
  /** From 1. */
  attempt: number
  /** The receiver's status, or why there was none. */
  outcome: number | string
}

/** The journal as a scenario sees it; `read` is told which entries were shown. */
export function viewJournal(journal: Journal, read: (numbers: number[]) => void): JournalLook {
  return {
    calls: (twin, op) => {
      const entries = journal.calls(twin, op)
      read(entries.map((one) => one.n))
      return entries.map(toJournalCall)
    },
    events: (twin, type) => {
      const entries = journal.events(twin, type)
      read(entries.map((one) => one.n))
      return entries.map(toJournalEvent)
    },
    deliveries: (twin, type) => {
      const entries = journal.entries.filter(
        (one) =>
          one.kind === 'delivery' &&
          (twin === undefined || one.twin === twin) &&
          (type === undefined || one.type === type),
      ) as DeliveryEntry[]
      read(entries.map((one) => one.n))
      return entries.map(toJournalDelivery)
    },
  }
}

function toJournalCall(entry: CallEntry): JournalCall {
  const { n, at, twin, op, call, reply } = entry
  return {
    n,
    at,
    twin,
    op,
    method: call.method ?? 'GET',
    path: call.path,
    request: readValue(call.body, call.headers?.['content-type']),
    status: reply.status,
    reply: reply.json ?? reply.text,
    fault: entry.fault?.action.kind,
  }
}

function toJournalEvent({ n, at, twin, type, payload }: EventEntry): JournalEvent {
  return { n, at, twin, type, payload }
}

function toJournalDelivery(entry: DeliveryEntry): JournalDelivery {
  const { n, at, twin, type, url, attempt, outcome } = entry
  return { n, at, twin, type, url, attempt, outcome }
}

/** A body as a value: JSON and forms decoded, anything else as text. */
export function readValue(body: unknown, contentType = ''): unknown {
  if (body === undefined || (typeof body !== 'string' && !(body instanceof Uint8Array))) return body
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body)
  if (contentType.includes('x-www-form-urlencoded')) {
    return Object.fromEntries(new URLSearchParams(text))
  }
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return text
  }
}
