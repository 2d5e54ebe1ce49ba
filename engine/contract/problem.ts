/** What is wrong with a call or a reply, in neutral terms; a twin words it as its vendor would. */
export interface Problem {
  in: 'path' | 'query' | 'header' | 'cookie' | 'body' | 'reply'
  /** JSON pointer inside the value: `/profile/login`; empty for the value as a whole. */
  pointer: string
  /** The JSON Schema keyword that was broken, or `malformed`, `status`, `media-type`. */
  rule: string
  /** A sentence without a subject: `must be string`. */
  message: string
  /** The property or parameter that it is about. */
  name?: string
  /** What the contract asks for: a number, a list of allowed values, a type. */
  limit?: unknown
}

/** Shared by everything that found nothing, so that a valid call allocates nothing. */
export const noProblems: readonly Problem[] = Object.freeze([])

/** Sets an own property on a plain object; `__proto__` is dropped, since it would change what the object is. */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') target[key] = value
}

/** Reads an own property, so that `constructor` and friends are never mistaken for data. */
export function getOwn<T>(from: Record<string, T>, key: string): T | undefined {
  return Object.hasOwn(from, key) ? from[key] : undefined
}
