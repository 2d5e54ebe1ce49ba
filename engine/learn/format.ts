import { isRecord } from '../contract/schema.ts'
import type { Case, Learned, OperationFacts, WireMarks } from './knowledge.ts'

/**
 * Writes what was learned as JSON with one statement a line: a person reads it, corrects a line, adds
 * `"by":"person"`, and the line stays when learning is run again.
 */
export function formatLearned(learned: Learned): string {
  const { name, hosts, origin, auth, operations, cases, vocabulary, headers, procedures } = learned
  const more = Object.entries({ headers, procedures }).filter(([, one]) => one !== undefined)
  return `{
"name": ${toLine(name)},
"hosts": ${toLine(hosts)},
"origin": ${toLine(origin)},
"auth": ${toLine(auth)},${more.map(([key, one]) => `\n${toLine(key)}: ${toLine(one)},`).join('')}
"operations": ${toLines(operations)},
"cases": ${toLines(cases.map(inOrder))},
"vocabulary": ${toLine(vocabulary)}
}
`
}

function inOrder(one: Case): unknown {
  const { op, when, status, sent, headers, json, text, effect, seen, by, forget, wrapping } = one
  return { op, status, sent, when, seen, by, forget, effect, headers, wrapping, json, text }
}

function toLines(list: readonly unknown[]): string {
  return list.length === 0 ? '[]' : `[\n${list.map(toLine).join(',\n')}\n]`
}

function toLine(value: unknown): string {
  return JSON.stringify(value).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
}

/** Reads `learned.json`, as a person may have left it. Throws an Error that names what is wrong. */
export function readLearned(value: unknown): Learned {
  if (!isRecord(value)) throw new Error('it is no JSON object')
  const { name, hosts, origin, auth, operations, cases, vocabulary, headers } = value
  if (typeof name !== 'string') throw new Error('"name" must be a text')
  if (
    !Array.isArray(operations) ||
    !operations.every((one) => isRecord(one) && typeof one['op'] === 'string')
  )
    throw new Error('"operations" must be a list of statements with an "op"')
  if (!Array.isArray(cases)) throw new Error('"cases" must be a list')
  cases.forEach((one: unknown, i) => {
    if (!isCase(one))
      throw new Error(`case ${i + 1} needs "op", a numeric "status" and a list "when"`)
    one.seen ??= 1
  })
  return {
    name,
    hosts: Array.isArray(hosts) ? hosts.filter((one) => typeof one === 'string') : [],
    origin: typeof origin === 'string' ? origin : `https://${name}.example`,
    auth: isRecord(auth)
      ? { ...(auth as Learned['auth']), required: auth['required'] === true }
      : { required: false },
    ...(isRecord(headers) ? { headers: headers as WireMarks } : {}),
    ...(isRecord(value['procedures'])
      ? { procedures: value['procedures'] as Record<string, string> }
      : {}),
    operations: operations as OperationFacts[],
    cases: cases as Case[],
    vocabulary: Array.isArray(vocabulary)
      ? vocabulary.filter((one) => typeof one === 'string')
      : [],
  }
}

function isCase(one: unknown): one is Case {
  return (
    isRecord(one) &&
    typeof one['op'] === 'string' &&
    typeof one['status'] === 'number' &&
    Array.isArray(one['when']) &&
    one['when'].every((word) => typeof word === 'string')
  )
}

/** What is learned anew, with what a person said before: their lines stay, and win. */
export function keepCorrections(fresh: Learned, before: Learned | undefined): Learned {
  if (before === undefined) return fresh
  const facts = new Map(
    before.operations.filter(({ by }) => by === 'person').map((one) => [one.op, one]),
  )
  const cases = before.cases.filter(({ by }) => by === 'person')
  const said = new Set(cases.map(sayingOf))
  const known = new Set(fresh.operations.map(({ op }) => op))
  return {
    ...fresh,
    auth: before.auth.by === 'person' ? before.auth : fresh.auth,
    ...(before.headers?.by === 'person' ? { headers: before.headers } : {}),
    operations: [
      ...fresh.operations.map((one) => facts.get(one.op) ?? one),
      ...[...facts.values()].filter(({ op }) => !known.has(op)),
    ].sort((a, b) => (a.op < b.op ? -1 : 1)),
    cases: [...cases, ...fresh.cases.filter((one) => !said.has(sayingOf(one)))].sort((a, b) =>
      a.op === b.op ? 0 : a.op < b.op ? -1 : 1,
    ),
  }
}

/** What a case speaks of: a person's line about it replaces the learned one. */
function sayingOf({ op, when }: Case): string {
  return `${op}\n${[...when].sort().join('\n')}`
}
