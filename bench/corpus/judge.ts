import { readFileSync } from 'node:fs'
import { ContractError } from '../../engine/contract/contract-error.ts'
import type { Contract, Operation } from '../../engine/contract/contract.ts'
import { importOpenApi, parseDocument } from '../../engine/contract/read.ts'
import { findReply } from '../../engine/contract/validate.ts'
import { resourcesOf } from '../../engine/generic/resources.ts'
import { defineSpecTwin } from '../../engine/generic/spec-twin.ts'
import type { CallEntry } from '../../engine/journal.ts'
import type { TwinDefinition } from '../../engine/twin.ts'
import { World } from '../../engine/world.ts'
import { callFor } from '../../test/call-for.ts'
import { countLives } from '../../test/generic/lives.ts'
import { openTo } from '../../test/generic/sample-call.ts'
import { everyNth } from './every-nth.ts'
import { emptyResult, type CallCounts, type DocumentResult } from './result.ts'

/** How the engine says that it does not know what an operation does. */
const notImplemented = 'application/vnd.backlot.not-implemented+json'

/** Loads a document, calls its operations, and walks the lives of what it lets one create. */
export function judge(
  id: string,
  path: string,
  most: { operations: number; resources: number },
  tell: (phase: string) => void,
): DocumentResult {
  const result = emptyResult(id)
  const begun = performance.now()
  try {
    tell('load')
    globalThis.gc?.()
    const heapBefore = process.memoryUsage().heapUsed
    const world = load(id, path, result)
    result.loadMs = Math.round(performance.now() - begun)
    globalThis.gc?.()
    result.heapBytes = Math.max(0, process.memoryUsage().heapUsed - heapBefore)
    callAll(world.fork(), most.operations, result.calls, tell)
    walk(world, most.resources, result, tell)
  } catch (error) {
    result.outcome = error instanceof ContractError ? 'refused' : 'crash'
    result.why = error instanceof Error ? (error.stack ?? error.message) : String(error)
    if (error instanceof ContractError) result.why = error.message
  }
  result.totalMs = Math.round(performance.now() - begun)
  return result
}

function load(id: string, path: string, result: DocumentResult): World {
  const text = readFileSync(path, 'utf8')
  result.bytes = Buffer.byteLength(text)
  const { contract, warnings } = importOpenApi(parseDocument(text, { name: id }))
  result.warnings = warnings.length
  result.operations = contract.operations.length
  return worldOf(contract, id)
}

function worldOf(contract: Contract, id: string): World {
  const definition = defineSpecTwin({ name: 'spec', contract })
  const open = openTo(definition as unknown as TwinDefinition<never>)
  return World.create({ twins: [open], seed: id })
}

/** Every operation once, with a valid request; of many, every n-th. */
function callAll(
  world: World,
  most: number,
  counts: CallCounts,
  tell: (phase: string) => void,
): void {
  const { operations } = world.twins.get('spec')!.contract
  for (const op of everyNth(operations, most)) {
    tell(`${op.method} ${op.path}`)
    try {
      note(counts, op, world.play('spec', callFor(world, op, 'corpus')))
    } catch (error) {
      counts.crashes.push(`${op.method} ${op.path}: ${firstLines(error)}`)
    }
  }
}

function note(counts: CallCounts, op: Operation, entry: CallEntry): void {
  const { reply, refusal, divergences, crash } = entry
  const name = `${op.method} ${op.path}`
  counts.calls++
  const kind = `${Math.floor(reply.status / 100)}xx`
  counts.statuses[kind] = (counts.statuses[kind] ?? 0) + 1
  if (crash !== undefined) {
    counts.crashes.push(`${name}: ${firstLines(crash)}`)
    return
  }
  if (refusal === 'invalid' || refusal?.endsWith('-body') || refusal === 'unsupported-type')
    counts.turnedAway.push(`${name}: ${refusal} ${JSON.stringify(reply.json).slice(0, 200)}`)
  if (reply.headers['content-type'] === notImplemented) {
    counts.notImplemented++
    return
  }
  const isTold = refusal === undefined && Object.keys(op.replies).some((one) => /^[23d]/.test(one))
  if (!isTold && findReply(op, reply.status) === undefined) {
    counts.undeclared++
    return
  }
  if (entry.op !== op.id) counts.astray.push(`${name}: ${entry.op}`)
  counts.replies++
  if (divergences !== undefined)
    counts.invalid.push(`${name} ${reply.status}: ${JSON.stringify(divergences[0])}`)
}

/** Each resource in a fork of its own, so that one life does not stand in the way of another. */
function walk(
  world: World,
  most: number,
  { lives, calls }: DocumentResult,
  tell: (phase: string) => void,
): void {
  const { contract } = world.twins.get('spec')!
  const all = resourcesOf(contract).list.filter((one) => one.isCreatable)
  for (const resource of everyNth(all, most)) {
    tell(`the life of ${resource.home.key}`)
    const fresh = world.fork()
    try {
      const found = countLives(fresh, [resource])
      lives.lives += found.lives
      lives.coherent += found.coherent
      lives.broken.push(...found.broken)
      calls.replies += found.replies
      calls.invalid.push(...found.invalid)
    } catch (error) {
      lives.lives++
      lives.broken.push(`${resource.home.key}: crash`)
      calls.crashes.push(`${resource.home.key}: ${firstLines(error)}`)
    }
  }
}

function firstLines(error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return text.split('\n', 4).join(' | ')
}
