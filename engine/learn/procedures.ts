import type { Contract, Operation } from '../contract/contract.ts'
import type { Router } from '../contract/route.ts'
import { isRecord } from '../contract/schema.ts'
import { idOf, listIn } from './before.ts'
import { pairsOf, sentBody, type Recorded } from './recorded.ts'

// Services of procedures (`POST /api/rooms.rename`, `room=R1`) are read as if they were resources
// (`POST /api/rooms/R1/rename`): all that is known of those then holds for these.

const verbs: Readonly<Record<string, 'create' | 'list' | 'read' | 'update' | 'delete'>> = {
  create: 'create',
  add: 'create',
  list: 'list',
  info: 'read',
  get: 'read',
  show: 'read',
  read: 'read',
  retrieve: 'read',
  update: 'update',
  edit: 'update',
  delete: 'delete',
  remove: 'delete',
  destroy: 'delete',
}

interface Procedure {
  home: string
  verb: string
}

/** `/api/rooms.rename` → rooms, rename; undefined for paths that are no procedures. */
export function procedureOf(path: string): Procedure | undefined {
  const match = /^((?:\/[\w-]+)*\/[\w.-]*?[a-zA-Z]\w*)\.([a-z]\w*)$/.exec(path)
  return match === null ? undefined : { home: match[1]!, verb: match[2]! }
}

/** Whether a procedure only reads, as its name tells: `rooms.list`, `users.lookupByEmail`. */
export function isReading(path: string): boolean {
  const verb = procedureOf(path)?.verb ?? ''
  return /^(list|info|get|lookup|search|find|read|show|describe|retrieve)([A-Z]\w*)?$/.test(verb)
}

/** By which argument a procedure names its thing: `{"/api/rooms": "room"}`. */
export type ProcedureArgs = Readonly<Record<string, string>>

/** Finds out from recordings which arguments name the things of a service of procedures. */
export class ProcedureFinder {
  readonly #ids = new Map<string, Set<string>>()
  readonly #votes = new Map<string, Map<string, number>>()

  /** Looks at one recording. */
  note(entries: readonly Recorded[]): void {
    for (const entry of entries) {
      const found = procedureOf(entry.pathname)
      if (found === undefined) continue
      const ids = this.#ids.get(found.home) ?? new Set<string>()
      this.#ids.set(found.home, ids)
      const votes = this.#votes.get(found.home) ?? new Map<string, number>()
      this.#votes.set(found.home, votes)
      const { inner } = unwrapped(entry.json)
      const shown = isRecord(inner) ? idOf(inner) : undefined
      for (const [name, value] of Object.entries(argsOf(entry)))
        if (ids.has(String(value)) || (shown !== undefined && shown === String(value)))
          votes.set(name, (votes.get(name) ?? 0) + 1)
      if (shown !== undefined) ids.add(shown)
      for (const one of listIn(entry.json) ?? [])
        if (isRecord(one) && idOf(one) !== undefined) ids.add(idOf(one)!)
    }
  }

  /** What was found; by name where no recording tells. */
  args(contract: Contract): ProcedureArgs {
    const out: Record<string, string> = {}
    for (const op of contract.operations) {
      const found = procedureOf(op.path)
      if (found === undefined || out[found.home] !== undefined) continue
      const most = [...(this.#votes.get(found.home) ?? [])].sort((a, b) => b[1] - a[1])[0]
      if (most !== undefined) out[found.home] = most[0]
    }
    return out
  }
}

/** Query and body together: such services take arguments from either. */
function argsOf(entry: Recorded): Record<string, unknown> {
  const body = sentBody(entry)
  return { ...pairsOf(entry.search), ...(isRecord(body) ? body : {}) }
}

/** The contract with resources in the place of procedures whose things are known by an argument. */
export function asResources(contract: Contract, args: ProcedureArgs): Contract {
  const operations = contract.operations.flatMap((op): Operation[] => {
    const found = procedureOf(op.path)
    const arg = found && args[found.home]
    if (found === undefined || arg === undefined) return [op]
    const item: Operation = { ...op, ...restOf(found, op.method, `{${arg}}`) }
    const plain: Operation = { ...op, ...restOf(found, op.method, undefined) }
    return item.path === plain.path ? [plain] : [item, plain]
  })
  return { ...contract, operations }
}

/** Method and path of the resource that a procedure is about; `own` is the thing's id. */
function restOf({ home, verb }: Procedure, method: string, own: string | undefined) {
  const kind = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined
  if (kind === 'list') return { method: 'GET', path: home }
  if (kind === 'create') return { method: 'POST', path: home }
  if (own === undefined) return { method, path: `${home}.${verb}` }
  if (kind === 'read') return { method: 'GET', path: `${home}/${own}` }
  if (kind === 'update') return { method: 'PATCH', path: `${home}/${own}` }
  if (kind === 'delete') return { method: 'DELETE', path: `${home}/${own}` }
  return { method, path: `${home}/${own}/${verb}` }
}

/** What a call of a procedure is as a call of a resource; undefined when it is none. */
export function restCall(
  method: string,
  pathname: string,
  sent: Readonly<Record<string, unknown>>,
  args: ProcedureArgs,
): { method: string; pathname: string } | undefined {
  const found = procedureOf(pathname)
  const arg = found && Object.hasOwn(args, found.home) ? args[found.home] : undefined
  if (found === undefined || arg === undefined) return undefined
  const value = Object.hasOwn(sent, arg) ? sent[arg] : undefined
  const own = typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
  const name = own === undefined || own === '' ? undefined : encodeURIComponent(own.toWellFormed())
  const rest = restOf(found, method, name)
  return { method: rest.method, pathname: rest.path }
}

/** Recorded exchanges of procedures as exchanges of resources, what they show taken out of its wrapping. */
export function asRecordedResources(
  entries: readonly Recorded[],
  args: ProcedureArgs,
): readonly Recorded[] {
  if (Object.keys(args).length === 0) return entries
  return entries.map((entry) => {
    const rest = restCall(entry.method, entry.pathname, argsOf(entry), args)
    if (rest === undefined) return entry
    const { inner, wrapping } = unwrapped(entry.json)
    if (wrapping === undefined) return { ...entry, ...rest }
    return { ...entry, ...rest, json: inner, wrapping }
  })
}

/** What a reply holds beside the one thing that it shows, and the name under which it shows it. */
export interface Wrapping {
  name: string
  rest: Record<string, unknown>
}

/** `{"ok": true, "room": {"id": …}}` → the room. */
export function unwrapped(json: unknown): { inner: unknown; wrapping?: Wrapping } {
  if (!isRecord(json) || idOf(json) !== undefined) return { inner: json }
  const things = Object.entries(json).filter(
    (entry): entry is [string, Record<string, unknown>] =>
      isRecord(entry[1]) &&
      ['id', 'key', 'ts'].some((name) => Object.hasOwn(entry[1] as object, name)),
  )
  if (things.length !== 1 || Object.values(json).some(Array.isArray)) return { inner: json }
  const [[name, inner]] = things as [[string, Record<string, unknown>]]
  const rest = Object.fromEntries(Object.entries(json).filter(([key]) => key !== name))
  return { inner, wrapping: { name, rest } }
}

/** Puts a thing back into its wrapping. */
export function wrapped(inner: unknown, wrapping: Wrapping | undefined): unknown {
  return wrapping === undefined ? inner : { ...wrapping.rest, [wrapping.name]: inner }
}

/** The operation that answers a call: the resource's, where the call is of a procedure. */
export function findRest(
  router: Router,
  op: Operation,
  call: { method: string; pathname: string; path: Record<string, string> },
  sent: Readonly<Record<string, unknown>>,
  args: ProcedureArgs,
): { op: Operation; pathname: string; path: Record<string, string> } {
  const rest = restCall(call.method, call.pathname, sent, args)
  const found = rest && router.match(rest.method, rest.pathname)
  if (rest === undefined || found === undefined || 'allow' in found)
    return { op, pathname: call.pathname, path: call.path }
  return { op: found.op, pathname: rest.pathname, path: found.path }
}
