import { isDeepStrictEqual } from 'node:util'
import type { CallEntry } from '../../engine/journal.ts'
import type { Table } from '../../engine/table.ts'
import { differences, tablesOf, valueAt } from '../collateral.ts'
import { hasEffect, layAlways, onCalls, type Broken, type Mutant } from './mutant.ts'
import type { Effect } from './observe.ts'
import { hasNext, listIn, withoutLast, withoutNext } from './reply-parts.ts'
import { breakPermission, breakUnique, isPermission, isUnique } from './rules.ts'
import { argumentsOf, leavesOf, otherThan, withArgument, withLeaf } from './values.ts'

/** What the trials show of one operation. */
export interface Usage {
  twin: string
  op: string
  writes: boolean
  calls: { entry: CallEntry; effects: readonly Effect[] }[]
  /** Arguments that the contract demands. */
  required: ReadonlySet<string>
}

/** Every rule of a twin that these calls lean on, broken one at a time. */
export function twinMutants(usage: Usage): Mutant[] {
  const entries = usage.calls.map(({ entry }) => entry)
  const answered = entries.filter(
    ({ refusal, fault }) => refusal === undefined && fault === undefined,
  )
  const refused = entries.filter(({ refusal }) => refusal !== undefined)
  const mutants: Mutant[] = []
  const add = (kind: string, about: string, lay: Mutant['lay']): void => {
    const { twin, op } = usage
    mutants.push({ id: `${twin}.${op}:${kind}`, side: 'twin', twin, op, about, lay })
  }
  const breaking = (kind: string, about: string, broken: Broken): void =>
    add(kind, about, (world, strike) => onCalls(world, usage, broken(world, strike)))
  if (answered.length > 0) {
    const on = { twin: usage.twin, on: usage.op }
    add('refused', 'is refused as forbidden', (world) =>
      layAlways(world, { ...on, action: { kind: 'refuse', as: 'forbidden' } }),
    )
    if (usage.writes) {
      add('lost', 'gets no answer, and nothing happens', (world) =>
        layAlways(world, { ...on, action: { kind: 'drop-before' } }),
      )
    }
  }
  if (usage.calls.some(({ effects }) => effects.length > 0)) {
    breaking('no-effect', 'answers as always and changes nothing', withoutEffect)
    for (const field of fieldsWritten(usage)) {
      breaking(`forgets:${field}`, `does not write ${field}`, withoutField(field))
    }
  }
  if (answered.some(({ reply }) => (listIn(reply)?.items.length ?? 0) > 0)) {
    breaking('short-list', 'leaves the last thing out of its list', onReply(withoutLast))
  }
  if (answered.some(({ reply }) => hasNext(reply))) {
    breaking('one-page', 'says that there are no more pages', onReply(withoutNext))
  }
  for (const path of usage.writes ? [] : filtersOf(answered, usage.required)) {
    const name = path.slice(1).join('.')
    breaking(`ignores:${name}`, `ignores ${name}`, ignoring(path))
  }
  if (refused.some(isPermission)) breaking('permits', 'does not check permission', breakPermission)
  if (refused.some(isUnique))
    breaking('not-unique', 'lets a taken name be taken again', breakUnique)
  return mutants
}

const withoutEffect: Broken = (world, strike) => (call, play) => {
  const before = world.rows.snapshot()
  const entry = play(call)
  if (hasEffect(world, before, entry)) strike()
  world.rows.restore(before)
  return entry
}

const onReply =
  (change: (reply: CallEntry['reply']) => CallEntry['reply']): Broken =>
  (_world, strike) =>
  (call, play) => {
    const entry = play(call)
    const reply = entry.refusal === undefined ? change(entry.reply) : entry.reply
    if (isDeepStrictEqual(reply, entry.reply)) return entry
    // The journal shows what the caller got.
    entry.reply = reply
    strike()
    return entry
  }

const ignoring =
  (path: readonly string[]): Broken =>
  (_world, strike) =>
  (call, play) => {
    if (!argumentsOf(call).some((one) => isDeepStrictEqual(one.path, path))) return play(call)
    const entry = play(withArgument(call, path, undefined))
    entry.call = call
    strike()
    return entry
  }

/** Pages and shapes are no filters: without them, the same things come. */
const notFilter =
  /^(?:limit|cursor|page|per_?page|count|offset|after|before|start_?at|max_?results|page_?size|next_?page_?token|page_?token|fields|expand|token|include_.*|sort.*|order.*)$/i

function filtersOf(entries: readonly CallEntry[], required: ReadonlySet<string>): string[][] {
  const found = new Map<string, string[]>()
  for (const { call } of entries) {
    for (const { path } of argumentsOf(call)) {
      const name = path[1]
      if (name === undefined || path.length !== 2) continue
      if (notFilter.test(name) || required.has(name)) continue
      found.set(path.join('.'), path)
    }
  }
  return [...found.values()]
}

/** `users.status`: what these calls were seen to write, a field at a time. */
function fieldsWritten({ calls }: Usage): string[] {
  const fields = new Set<string>()
  for (const { entry, effects } of calls) {
    const asked = new Set(argumentsOf(entry.call).map(({ value }) => String(value)))
    for (const { table, before, after } of effects) {
      if (after === undefined) continue
      const paths =
        before === undefined
          ? leavesOf(after, [], 2)
              .filter(({ value }) => value !== '' && asked.has(String(value)))
              .map(({ path }) => path)
          : differences(before, after)
      for (const path of paths) fields.add(`${table}.${path[0]}`)
    }
  }
  return [...fields].filter((field) => !field.includes('$') && !field.endsWith('.undefined'))
}

/** The call is made, but one field of the rows that it writes stays as it was; in a new row, it is another. */
const withoutField =
  (field: string): Broken =>
  (world, strike) =>
  (call, play) => {
    const entry = play(call)
    const cut = field.lastIndexOf('.')
    const [name, path] = [field.slice(0, cut), field.slice(cut + 1)]
    const table = tablesOf(world).get(name) as unknown as Table | undefined
    if (table === undefined || table.byproduct === true || table.byproduct?.includes(path))
      return entry
    for (const { table: changed, id, before, after, by } of world.rows.changes()) {
      if (changed !== name || after === undefined || by.at(-1) !== entry.n) continue
      const old = before === undefined ? another(valueAt(after, [path])) : valueAt(before, [path])
      const row = withLeaf(after, [path], old)
      if (isDeepStrictEqual(row, after) || table.id(row) !== id) continue
      world.rows.put(table, row)
      strike()
    }
    return entry
  }

function another(value: unknown): unknown {
  const [leaf] = leavesOf(value)
  return leaf === undefined ? value : withLeaf(value, leaf.path, otherThan(leaf.value))
}
