import type { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import type { Engine } from './engine.ts'

/** Containers in which something was ended for its memory. */
const ranOut = new Set<string>()
/** The engine tells of it on another connection than of the program's end. */
const TOLD_WITHIN_MS = 500
const POLL_MS = 20

/** Listens for containers that run out of memory; what it resolves to ends that. */
export async function heedMemory({ api }: Engine): Promise<() => void> {
  const filters = { type: ['container' as const], event: ['oom'] }
  const events = (await api.getEvents({ filters })) as Readable
  let rest = ''
  events.on('data', (text: Buffer) => {
    const lines = (rest + String(text)).split('\n')
    rest = lines.pop()!
    for (const line of lines) if (line !== '') ranOut.add(idOf(line))
  })
  events.on('error', () => {})
  return () => events.destroy()
}

/** Whether something in a container was ended just now for the memory that it used. */
export async function didRunOut(id: string): Promise<boolean> {
  for (let waited = 0; waited < TOLD_WITHIN_MS; waited += POLL_MS) {
    if (ranOut.has(id)) return true
    await wait(POLL_MS)
  }
  return false
}

function idOf(line: string): string {
  try {
    return (JSON.parse(line) as { id?: string }).id ?? ''
  } catch {
    return ''
  }
}
