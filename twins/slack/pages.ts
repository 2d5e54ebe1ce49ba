import { text, whole, type Arguments } from './arguments.ts'
import { fail } from './errors.ts'

/** The number of items asked for. What is out of range is clamped, never refused (FACTS: limit). */
export function limitOf(args: Arguments, fallback: number, max: number): number {
  const limit = whole(args, 'limit')
  if (limit === undefined) return fallback
  if (Number.isNaN(limit)) return fail('invalid_limit')
  return limit <= 0 ? fallback : Math.min(limit, max)
}

/** Where a page begins: what stands behind the tag of the cursor that was sent. */
export function cursorOf(args: Arguments, tag: string): string | undefined {
  const cursor = text(args, 'cursor')
  if (cursor === undefined || cursor === '') return undefined
  const plain = decode(cursor)
  if (plain === undefined || !plain.startsWith(`${tag}:`)) return fail('invalid_cursor')
  return plain.slice(tag.length + 1)
}

/** An opaque cursor, as Slack makes them: base64 of a tag and where to go on. */
export function toCursor(tag: string, next: string | undefined): string {
  return next === undefined ? '' : btoa(`${tag}:${next}`)
}

/** The part of a list's reply that leads to its next page; empty at the end. */
export function nextPage(tag: string, next: string | undefined) {
  return { response_metadata: { next_cursor: toCursor(tag, next) } }
}

function decode(cursor: string): string | undefined {
  try {
    return atob(cursor)
  } catch {
    return undefined
  }
}
