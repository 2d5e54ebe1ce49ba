import { didYouMean, editsBetween } from '../../engine/nearest.ts'
import type { Contract } from '../../engine/contract/contract.ts'

/** What a method and path that no operation answers were most likely meant to be, as a sentence. */
export function nearestPath({ operations }: Contract, method: string, path: string): string {
  const others = operations
    .filter((op) => isLike(op.path, path))
    .map((op) => op.method)
    .sort()
  if (others.length > 0) return `There are: ${others.map((one) => `${one} ${path}`).join(', ')}.`
  let best: string | undefined
  let least = Math.max(3, Math.ceil(path.length / 6))
  for (const op of operations) {
    const cost = editsBetween(path, fillLike(op.path, path)) + (op.method === method ? 0 : 0.5)
    if (cost < least) [best, least] = [`${op.method} ${op.path}`, cost]
  }
  return best === undefined
    ? 'backlot twins --twin NAME lists every operation.'
    : `Did you mean "${best}"?`
}

/** The same for an operation's id. */
export function nearestOperation(ids: Iterable<string>, id: string): string {
  const all = [...ids]
  const fix = didYouMean(id, all)
  if (fix.startsWith('Did')) return fix
  const last = id.split('.').at(-1)!.toLowerCase()
  const alike = all.filter((one) => one.toLowerCase().includes(last)).slice(0, 6)
  return alike.length > 0
    ? `There are: ${alike.join(', ')}.`
    : 'backlot twins --twin NAME lists every operation.'
}

/** A template with the path's own segments where it has a parameter. */
function fillLike(template: string, path: string): string {
  const own = path.split('/')
  return template
    .split('/')
    .map((segment, i) => (segment.includes('{') ? (own[i] ?? segment) : segment))
    .join('/')
}

function isLike(template: string, path: string): boolean {
  return fillLike(template, path) === path
}
