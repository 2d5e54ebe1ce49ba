import { refuse } from '../call.ts'
import { setOwn } from '../contract/problem.ts'
import { fromPointerToken, isRecord } from '../contract/schema.ts'

/** RFC 7396: members replace members, null takes one away. Neither argument is changed. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch
  const out: Record<string, unknown> = isRecord(target) ? { ...target } : {}
  for (const [name, member] of Object.entries(patch)) {
    if (member === null) delete out[name]
    else setOwn(out, name, mergePatch(out[name], member))
  }
  return out
}

/** RFC 6902, all six operations. Refuses with `invalid` where a step is malformed, `conflict` where a test fails. */
export function applyJsonPatch(target: unknown, steps: readonly unknown[]): unknown {
  let root = structuredClone(target)
  steps.forEach((step, i) => {
    if (!isRecord(step) || typeof step['path'] !== 'string') return broken(i, 'must have a path')
    const { op, path, from, value } = step
    if (op === 'add') root = add(root, path, structuredClone(value), i)
    else if (op === 'remove') root = remove(root, path, i)
    else if (op === 'replace') root = add(remove(root, path, i), path, structuredClone(value), i)
    else if (op === 'copy') root = add(root, path, structuredClone(get(root, String(from), i)), i)
    else if (op === 'move') {
      const moved = get(root, String(from), i)
      root = add(remove(root, String(from), i), path, moved, i)
    } else if (op !== 'test') broken(i, 'must be a known operation')
    else if (!isEqual(get(root, path, i), value))
      refuse('conflict', { reason: `test of ${path} failed` })
  })
  return root
}

function broken(step: number, message: string): never {
  return refuse('invalid', {
    problems: [{ in: 'body', pointer: `/${step}`, rule: 'malformed', message }],
  })
}

function tokensOf(pointer: string, step: number): string[] {
  if (pointer !== '' && !pointer.startsWith('/')) broken(step, 'must be a JSON pointer')
  return pointer.split('/').slice(1).map(fromPointerToken)
}

function get(root: unknown, pointer: string, step: number): unknown {
  let at = root
  for (const token of tokensOf(pointer, step)) {
    if (Array.isArray(at) && /^\d+$/.test(token) && Number(token) < at.length)
      at = at[Number(token)]
    else if (isRecord(at) && Object.hasOwn(at, token)) at = at[token]
    else broken(step, 'must point to something that is there')
  }
  return at
}

function add(root: unknown, pointer: string, value: unknown, step: number): unknown {
  const tokens = tokensOf(pointer, step)
  const last = tokens.pop()
  if (last === undefined) return value
  const parent = get(root, pointer.slice(0, pointer.lastIndexOf('/')), step)
  if (Array.isArray(parent)) {
    const at = last === '-' ? parent.length : Number(last)
    if (!Number.isInteger(at) || at < 0 || at > parent.length)
      broken(step, 'must be a place in the list')
    parent.splice(at, 0, value)
  } else if (isRecord(parent)) setOwn(parent, last, value)
  else broken(step, 'must point into an object or a list')
  return root
}

function remove(root: unknown, pointer: string, step: number): unknown {
  get(root, pointer, step)
  const last = tokensOf(pointer, step).pop()
  if (last === undefined) return undefined
  const parent = get(root, pointer.slice(0, pointer.lastIndexOf('/')), step)
  if (Array.isArray(parent)) parent.splice(Number(last), 1)
  else if (isRecord(parent)) delete parent[last]
  return root
}

function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((one, i) => isEqual(one, b[i]))
  }
  if (!isRecord(a) || !isRecord(b)) return false
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && isEqual(a[name], b[name]))
  )
}
