import { describeFault } from '../engine/fault-words.ts'
import type { CallEntry, Entry } from '../engine/journal.ts'
import { toWire } from '../engine/wire.ts'
import type { World } from '../engine/world.ts'

/** One entry of the journal as a result file holds it. */
export interface ExchangeView {
  n: number
  /** Virtual ms since the trial began. */
  atMs: number
  kind: Entry['kind']
  by: 'subject' | 'scenario' | 'service'
  twin: string
  /** The operation's id, the event's type, or where an escape went. */
  what: string
  method?: string
  path?: string
  status?: number
  depth?: string
  refusal?: string
  /** The fault that struck, in words. */
  fault?: string
  /** By how many virtual ms the answer was late. */
  lateMs?: number
  /** The caller never got this answer. */
  lost?: true
  /** Where our reply left the contract, in words. */
  divergences?: string[]
  crash?: string
  /** Of an event: what it tells. */
  request?: string
  reply?: string
}

/** Bodies longer than this are cut in a result file. */
const TEXT_MAX = 4000

/** How a journal is to be told. */
export interface TellOptions {
  /** Virtual ms at which the trial began. */
  startMs: number
  withBodies: boolean
  /** Where twins stood for this trial alone, and the vendors' addresses to tell instead: ports differ from run to run. */
  addresses: ReadonlyMap<string, string>
}

/** Every entry of a world's journal. */
export function viewExchanges(world: World, options: TellOptions): ExchangeView[] {
  return world.journal.entries.map((entry) => viewEntry(world, entry, options))
}

/** One entry of a world's journal. */
export function viewEntry(world: World, entry: Entry, options: TellOptions): ExchangeView {
  const view = entry.kind === 'call' ? viewCall(world, entry, options) : viewOther(entry, options)
  return { ...view, atMs: entry.at - options.startMs }
}

function viewCall(
  world: World,
  entry: CallEntry,
  { withBodies, addresses }: TellOptions,
): ExchangeView {
  const { n, by, twin, call, reply, depth } = entry
  const view: ExchangeView = {
    n,
    atMs: 0,
    kind: 'call',
    by,
    twin,
    what: entry.op ?? '(no operation)',
    method: call.method ?? 'GET',
    path: call.path,
    status: reply.status,
    depth,
  }
  if (entry.refusal !== undefined) view.refusal = entry.refusal
  if (entry.fault !== undefined) view.fault = describeFault(entry.fault)
  if (reply.transport?.delayMs !== undefined) view.lateMs = reply.transport.delayMs
  if (reply.transport?.lost) view.lost = true
  if (entry.crash !== undefined) view.crash = entry.crash
  if (entry.divergences !== undefined) {
    view.divergences = entry.divergences.map((one) => `${one.pointer || '/'} ${one.message}`)
  }
  if (!withBodies) return view
  const request = shorten(call.body, addresses)
  const said = shorten(toWire(world.twins.get(twin)!, reply).body, addresses)
  if (request !== undefined) view.request = request
  if (said !== undefined) view.reply = said
  return view
}

function viewOther(
  entry: Exclude<Entry, CallEntry>,
  { withBodies, addresses }: TellOptions,
): ExchangeView {
  const base = { n: entry.n, atMs: 0, kind: entry.kind }
  if (entry.kind === 'escape') {
    return { ...base, by: 'subject', twin: '', what: `${entry.how} ${entry.target}` }
  }
  const told: ExchangeView = { ...base, by: 'service', twin: entry.twin, what: entry.type }
  if (entry.kind === 'event') {
    const payload = withBodies ? shorten(entry.payload, addresses) : undefined
    if (payload !== undefined) told.request = payload
    if (entry.fault !== undefined) told.fault = describeFault(entry.fault)
    return told
  }
  told.path = withAddresses(entry.url, addresses)
  if (typeof entry.outcome === 'number') told.status = entry.outcome
  else told.reply = entry.outcome
  if (entry.fault !== undefined) told.fault = describeFault(entry.fault)
  return told
}

/** Text with the vendors' addresses instead of those of this trial alone. */
export function withAddresses(text: string, addresses: ReadonlyMap<string, string>): string {
  let out = text
  for (const [from, to] of addresses) out = out.replaceAll(from, to)
  return out
}

function shorten(body: unknown, addresses: ReadonlyMap<string, string>): string | undefined {
  if (body === undefined) return undefined
  let text =
    typeof body === 'string'
      ? body
      : body instanceof Uint8Array
        ? new TextDecoder().decode(body)
        : JSON.stringify(body)
  text = withAddresses(text, addresses)
  if (text.length <= TEXT_MAX) return text
  return `${text.slice(0, TEXT_MAX)}… (${text.length - TEXT_MAX} more characters)`
}
