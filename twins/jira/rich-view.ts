import type { Lens } from './lens.ts'
import { wikiOf, type Rich } from './rich/rich.ts'

/** Rich text in the form of the API version. */
export function richView(lens: Lens, rich: Rich | null): unknown {
  if (rich === null) return null
  return lens.text === 'adf' ? rich.adf : wikiOf(rich)
}
