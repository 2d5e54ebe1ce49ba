import type { Call } from '../../engine/call.ts'
import { Journal, type CallEntry } from '../../engine/journal.ts'
import type { Table } from '../../engine/table.ts'
import type { World } from '../../engine/world.ts'
import { tablesOf } from '../collateral.ts'
import { rehearse, type Broken } from './mutant.ts'
import { argumentsOf, leavesOf, withArgument, withLeaf } from './values.ts'

/** Whether a call was refused since its caller may not do it. */
export function isPermission({ refusal = '', reply }: CallEntry): boolean {
  return (
    reply.status === 401 ||
    reply.status === 403 ||
    /forbid|unauth|scope|permission|restricted|not_in_channel|not_allowed/i.test(refusal)
  )
}

/** Whether a call was refused since something like it is there already. */
export function isUnique({ refusal = '', reply }: CallEntry): boolean {
  return reply.status === 409 || /conflict|exist|taken|already|duplicate|unique/i.test(refusal)
}

/** What is forbidden is done all the same, as by somebody who may do everything. */
export const breakPermission: Broken = (world, strike) => (call, play) => {
  const entry = play(call)
  if (entry.refusal === undefined || !isPermission(entry)) return entry
  const { journal } = world
  world.journal = new Journal()
  try {
    const reply = world.look(entry.twin, { ...call, headers: withoutCredentials(call) })
    if (reply.status < 400) {
      // The journal shows what the caller got.
      entry.reply = reply
      delete entry.refusal
      strike()
    }
  } finally {
    world.journal = journal
  }
  return entry
}

function withoutCredentials({ headers = {} }: Call): Record<string, string> {
  const { authorization: _authorization, cookie: _cookie, ...rest } = headers
  return rest
}

/**
 * What may be there once is made a second time: the call is made with another name, which is then
 * written back into what it made. Does nothing where no single argument is to blame.
 */
export const breakUnique: Broken = (world, strike) => (call, play) => {
  const refused = rehearse(world, () => play(call))
  if (refused.refusal === undefined || !isUnique(refused)) return play(call)
  for (const { path, value } of argumentsOf(call)) {
    if (typeof value !== 'string') continue
    const other = `x${value}`
    const sent = withArgument(call, path, other)
    if (rehearse(world, () => play(sent)).refusal !== undefined) continue
    const entry = play(sent)
    entry.call = call
    rename(world, entry, { from: other, to: value })
    strike()
    return entry
  }
  return play(call)
}

function rename(world: World, entry: CallEntry, name: { from: string; to: string }): void {
  const tables = tablesOf(world)
  for (const { table, id, after, by } of world.rows.changes()) {
    const own = tables.get(table) as unknown as Table | undefined
    if (own === undefined || after === undefined || by.at(-1) !== entry.n) continue
    const row = replaced(after, name)
    if (own.id(row) === id) world.rows.put(own, row)
  }
  if (entry.reply.json !== undefined) {
    entry.reply = { ...entry.reply, json: replaced(entry.reply.json, name) }
  }
}

function replaced(value: unknown, { from, to }: { from: string; to: string }): unknown {
  return leavesOf(value)
    .filter((leaf) => leaf.value === from)
    .reduce((out, { path }) => withLeaf(out, path, to), value)
}
