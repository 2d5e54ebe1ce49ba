import type { Whereabouts } from '../../engine/usage-error.ts'

/** Where a field stands in a script, as far as its text tells: each name of the path is looked for behind the one before. */
export function placeIn(
  file: string,
  text: string,
  path: readonly (string | number)[],
): Whereabouts {
  let from = Math.max(0, text.search(/\bexport\s+default\b/))
  let found: number | undefined
  for (const name of path) {
    if (typeof name === 'number') continue
    const escaped = name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
    const one = new RegExp(`(?<![\\w$])['"]?${escaped}['"]?\\s*[:,(]`, 'g')
    one.lastIndex = from
    const match = one.exec(text)
    if (match === null) break
    found = match.index
    from = match.index + match[0].length
  }
  const field = path.join('.')
  const where: Whereabouts = field === '' ? { file } : { file, field }
  if (found === undefined) return where
  const before = text.slice(0, found).split('\n')
  return { ...where, line: before.length, column: before.at(-1)!.length + 1 }
}
