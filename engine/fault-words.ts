import type { Fault, FaultAction, Quantiles } from './faults.ts'

/** A fault's place in words: `slack chat.postMessage #3: drop-after`. */
export function describeFault(fault: Fault): string {
  return `${placeOf(fault)}: ${describeAction(fault.action)}`
}

function placeOf({ twin, on, at, times, forMs, stays, action }: Fault): string {
  const where = `${twin ?? 'any twin'} ${on} `
  if (action.kind === 'latency') return `${where}${at === 1 ? 'always' : `from #${at}`}`
  const open = forMs !== undefined || times === Infinity || action.kind === 'throttle'
  const many = times !== undefined && times > 1 && times !== Infinity
  const span = many ? `#${at}–${at + times - 1}` : `${open ? 'from ' : ''}#${at}`
  const long = forMs === undefined ? '' : ` for ${describeTime(forMs)}`
  return `${where}${span}${long}${stays === true ? ', that operation only' : ''}`
}

/** A fault's action in words, with its figures. */
export function describeAction(action: FaultAction): string {
  switch (action.kind) {
    case 'refuse':
      return `refuse as ${action.as}${action.why === undefined ? '' : ` (${action.why})`}`
    case 'answer':
      return `a proxy answers ${action.status}${happening(action)}`
    case 'delay':
      return `delay ${describeTime(action.ms)}`
    case 'latency':
      return `latency ${describeQuantiles(action.quantiles)}`
    case 'reset':
      return `reset${happening(action)}`
    case 'half-open':
      return `half-open, closed after ${describeTime(action.holdMs)}${happening(action)}`
    case 'wrong-length':
      return `wrong-length, ${action.by < 0 ? action.by : `+${action.by}`} bytes`
    case 'slow':
      return `slow, ${action.bytesPerSecond} bytes a second`
    case 'drip':
      return `drip, ${action.bytesPerSecond} bytes a second`
    case 'stale':
      return `stale by ${describeTime(action.behindMs)}`
    case 'throttle': {
      const { count, retryAfterMs, banMs } = action
      const ban = `else banned for ${describeTime(banMs)}`
      return `throttle ${count} times, wait ${describeTime(retryAfterMs)} each, ${ban}`
    }
    case 'end-token':
      return `the caller's credential is ${action.as}`
    case 'duplicate':
      return `duplicate, ${action.copies ?? 2} copies`
    case 'reorder':
      return 'reorder, after the next one'
    default:
      return action.kind
  }
}

function happening({ happens }: { happens?: boolean }): string {
  return happens === true ? ', though it happened' : ''
}

function describeQuantiles(quantiles: Quantiles): string {
  return Object.entries(quantiles)
    .map(([name, ms]) => `${name} ${describeTime(ms)}`)
    .join(', ')
}

/** `800 ms`, `3 s`, `5 min`: the largest unit that is whole. */
export function describeTime(ms: number): string {
  if (ms === Infinity) return 'good'
  if (ms > 0 && ms % 3_600_000 === 0) return `${ms / 3_600_000} h`
  if (ms > 0 && ms % 60_000 === 0) return `${ms / 60_000} min`
  if (ms > 0 && ms % 1000 === 0) return `${ms / 1000} s`
  return `${ms} ms`
}
