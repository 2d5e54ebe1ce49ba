import type { Call, Reply } from './call.ts'
import { refuse, Refusal } from './call.ts'
import type { Caller } from './auth.ts'
import { Exchange } from './exchange.ts'
import type { Actor, CallEntry } from './journal.ts'
import type { OpenTwin } from './twin.ts'
import type { World } from './world.ts'

/**
 * The whole path of a call: the twin's stages in order until one answers or refuses, then the
 * closing stages, then the journal. The one place where refusals and crashes are caught.
 */
export function answer(
  world: World,
  twin: OpenTwin,
  call: Call,
  by: Actor,
  caller?: Caller,
): CallEntry {
  const exchange = new Exchange(world, twin, call, by, world.journal.number(), world.now())
  exchange.caller = caller
  world.rows.writer = by === 'scenario' ? 'given' : exchange.n
  let refusal: string | undefined
  let crash: string | undefined
  let reply: Reply | undefined
  try {
    for (const stage of twin.before) {
      reply = stage(exchange)
      if (reply !== undefined) break
      // A proxy in front of the real service turns such a call away; the first stage said what it was for.
      if (call.tooLarge) refuse('too-large')
    }
    reply ??= crashed(exchange, 'no stage answered')
  } catch (thrown) {
    if (thrown instanceof Refusal) {
      refusal = thrown.kind
      reply = twin.definition.errors(thrown, exchange)
    } else {
      crash = stackOf(thrown)
      reply = crashed(exchange, crash)
    }
  }
  for (const stage of twin.after) stage(exchange, reply)
  return record(exchange, reply, refusal, crash)
}

function record(
  exchange: Exchange,
  reply: Reply,
  refusal: string | undefined,
  crash: string | undefined,
): CallEntry {
  const { world, n, at, by, twin, depth, call } = exchange
  const entry: CallEntry = {
    kind: 'call',
    n,
    at,
    by,
    twin: twin.definition.name,
    depth,
    call,
    reply,
    op: exchange.op?.id,
    caller: exchange.caller?.account,
    refusal,
    fault: exchange.fault,
    divergences: exchange.divergences,
    crash,
  }
  world.journal.add(entry)
  return entry
}

/**
 * Our own mistake, said in a form that no vendor would send: the subject must not be blamed for it.
 * The stack stays in the journal: its paths are those of this machine, and replies are the same on any.
 */
function crashed(exchange: Exchange, stack: string): Reply {
  return {
    status: 500,
    headers: { 'content-type': 'application/vnd.backlot.crash+json' },
    json: {
      backlot: 'crash',
      twin: exchange.twin.definition.name,
      operation: exchange.op?.id,
      why: stack.split('\n', 1)[0],
    },
  }
}

function stackOf(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
}
