import { request as requestHttp, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Delivery } from '../engine/agenda.ts'
import type { World } from '../engine/world.ts'
import { noteEscape } from './escape.ts'
import { isLoopback, loopbackAddress } from './loopback.ts'

/** How deliveries leave the process. */
export interface DeliverOptions {
  /** Receivers must speak https, as the vendors demand. Default: `http://` on this machine will do. */
  strictHttps?: boolean
}

/** What carries a world's deliveries. */
export interface Pump {
  /** Resolves when nothing is under way that is due by now. */
  idle: () => Promise<void>
  /** Takes nothing more and cuts what is under way. */
  stop: () => void
}

const timeoutMsDefault = 10_000
const underWayMax = 32
const timerMsMax = 2_147_483_647

/**
 * Carries a world's deliveries to their receivers, in the order they fell due, and tells the world
 * how it went. Only receivers on this machine are reached: anything else is refused and journaled
 * as an escape. One pump per world.
 */
export function startPump(world: World, options: DeliverOptions = {}): Pump {
  const waiting: Delivery[] = []
  const underWay = new Set<AbortController>()
  const idlers: (() => void)[] = []
  let timer: NodeJS.Timeout | undefined
  let woken: NodeJS.Immediate | undefined
  let stopped = false

  // Put off, so that a call is answered before anybody hears of what it did.
  const wake = (): void => {
    if (!stopped) woken ??= setImmediate(work)
  }

  function work(): void {
    woken = undefined
    waiting.push(...world.takeDeliveries())
    while (underWay.size < underWayMax && waiting.length > 0) void carry(waiting.shift()!)
    clearTimeout(timer)
    const due = world.followsWall ? world.nextDue() : undefined
    if (due !== undefined)
      timer = setTimeout(wake, Math.min(Math.max(due - world.now(), 1), timerMsMax))
    timer?.unref()
    if (underWay.size === 0 && waiting.length === 0) for (const one of idlers.splice(0)) one()
  }

  async function carry(delivery: Delivery): Promise<void> {
    const abort = new AbortController()
    underWay.add(abort)
    const { timeoutMs = timeoutMsDefault } = world.twins.get(delivery.twin)?.definition.events ?? {}
    const { outcome, isFinal } = await hand(world, delivery, {
      ...options,
      timeoutMs,
      signal: abort.signal,
    })
    underWay.delete(abort)
    if (stopped) return
    world.delivered(delivery, outcome, isFinal)
    wake()
  }

  world.onAgenda = wake
  wake()
  return {
    idle: () =>
      new Promise((resolve) => {
        idlers.push(resolve)
        wake()
        if (stopped) resolve()
      }),
    stop: () => {
      stopped = true
      world.onAgenda = undefined
      clearTimeout(timer)
      clearImmediate(woken)
      for (const one of underWay) one.abort()
      for (const one of idlers.splice(0)) one()
    },
  }
}

interface Outcome {
  outcome: number | string
  /** Another attempt would end the same way. */
  isFinal: boolean
}

async function hand(
  world: World,
  { request }: Delivery,
  options: DeliverOptions & { timeoutMs: number; signal: AbortSignal },
): Promise<Outcome> {
  const url = URL.parse(request.url)
  if (url === null) return { outcome: 'refused: no URL', isFinal: true }
  if (!isLoopback(url.hostname)) {
    noteEscape(world, request.url, 'delivery')
    return { outcome: 'refused: only receivers on this machine are reached', isFinal: true }
  }
  if (url.protocol !== 'https:' && (options.strictHttps || url.protocol !== 'http:')) {
    return { outcome: 'refused: the receiver must speak https', isFinal: true }
  }
  const { timeoutMs } = options
  const timeout = AbortSignal.timeout(timeoutMs)
  try {
    const signal = AbortSignal.any([options.signal, timeout])
    return { outcome: await post(url, request, signal), isFinal: false }
  } catch (error) {
    const outcome = timeout.aborted ? `no answer within ${timeoutMs} ms` : reasonOf(error)
    return { outcome, isFinal: false }
  }
}

/** Sends the request and returns the receiver's status; its body is read and thrown away. */
function post(
  url: URL,
  { method, headers, body }: Delivery['request'],
  signal: AbortSignal,
): Promise<number> {
  const send = url.protocol === 'https:' ? requestHttps : requestHttp
  const length = String(Buffer.byteLength(body))
  const options = {
    method,
    signal,
    host: loopbackAddress(url.hostname),
    port: url.port,
    path: url.pathname + url.search,
    headers: { host: url.host, 'content-length': length, ...headers },
  }
  return new Promise((resolve, reject) => {
    const request = send(options, (answer: IncomingMessage) => {
      answer.resume()
      answer.on('end', () => resolve(answer.statusCode!))
      answer.on('error', reject)
    })
    request.on('error', reject)
    request.end(body)
  })
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return code ?? message
}
