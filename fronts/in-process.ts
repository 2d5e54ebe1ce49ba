import type { Transport } from '../engine/call.ts'
import { fetchFailed, otherSideClosed, terminated } from './broken.ts'
import { slowBytes, truncatedBytes } from './trouble.ts'

/** How time is waited for in this process. */
export interface Waits {
  /** Whether waiting costs no real time. */
  isVirtual: boolean
  late: (ms: number, signal?: AbortSignal | null) => Promise<void>
}

type Body = Uint8Array | string | null
type Played = ConstructorParameters<typeof Response>[0]

/** How a caller waits and may give up. */
interface Patience {
  waits: Waits
  signal: AbortSignal | null | undefined
}

/**
 * The body of an answer with what goes wrong on its way, where there is no socket: what undici makes
 * of it on a real one. Changes the announced length in `lines` where that is what is wrong.
 */
export async function answerIn(
  lines: [string, string][],
  body: Body,
  transport: Transport,
  patience: Patience,
): Promise<Played> {
  const bytes = body === null ? undefined : Buffer.from(body)
  if (transport.dripMs !== undefined) return drip(lines, bytes, transport, patience)
  if (bytes === undefined) return null
  const { truncateAtByte, lengthOff, bytesPerSecond } = transport
  if (truncateAtByte !== undefined) return truncatedBytes(bytes, truncateAtByte, terminated())
  if (lengthOff !== undefined) return misannounced(lines, bytes, lengthOff)
  if (bytesPerSecond === undefined) return body as Played
  if (!patience.waits.isVirtual) return slowBytes(bytes, bytesPerSecond)
  await patience.waits.late(msOf(bytes.length, bytesPerSecond), patience.signal)
  return body as Played
}

/** The client believes the length: what is beyond it is not read, what is missing is an error. */
function misannounced(lines: [string, string][], bytes: Buffer, lengthOff: number): Played {
  const announced = Math.max(0, bytes.length + lengthOff)
  for (const line of lines) if (line[0] === 'content-length') line[1] = String(announced)
  if (lengthOff > 0) return truncatedBytes(bytes, bytes.length, terminated())
  return new Uint8Array(bytes.subarray(0, announced))
}

/** Head and body drop by drop, until it is cut off. */
async function drip(
  lines: readonly [string, string][],
  bytes: Buffer | undefined,
  { bytesPerSecond = 1, dripMs = 0 }: Transport,
  { waits, signal }: Patience,
): Promise<Played> {
  const head = lines.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 20)
  const length = bytes?.length ?? 0
  const wholeMs = msOf(head + length, bytesPerSecond)
  await waits.late(Math.min(wholeMs, dripMs), signal)
  if (wholeMs <= dripMs) return bytes === undefined ? null : new Uint8Array(bytes)
  const came = Math.floor((dripMs * bytesPerSecond) / 1000) - head
  if (came < 0 || bytes === undefined) throw fetchFailed(otherSideClosed())
  return truncatedBytes(bytes, came, terminated())
}

function msOf(bytes: number, bytesPerSecond: number): number {
  return Math.ceil((bytes * 1000) / bytesPerSecond)
}
