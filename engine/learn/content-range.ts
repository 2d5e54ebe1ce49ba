import type { PagePlace } from './envelope.ts'
import type { Paging } from './knowledge.ts'

/** A `Content-Range` of a list: RFC 9110 §14.4, and its forms without a unit. */
export interface ContentRange {
  unit: string
  /** The first and last member, from 0; undefined of an empty page. */
  from: number | undefined
  to: number | undefined
  total: number | undefined
}

/** Reads `items 0-9/57`, `0-9/*`, `items *\/0`; undefined for anything else. */
export function readContentRange(text: string | undefined): ContentRange | undefined {
  const found = /^(?:([A-Za-z][\w-]*)[ =])?\s*(?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(
    text?.trim() ?? '',
  )
  if (found === null) return undefined
  const [, unit = '', from, to, total] = found
  return { unit, from: numberOf(from), to: numberOf(to), total: numberOf(total) }
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined || text === '*' ? undefined : Number(text)
}

/** How a service writes ranges; undefined where they say something else than where the page stood. */
export function rangeOf(
  pages: readonly { at: PagePlace; range: ContentRange | undefined }[],
): Paging['range'] {
  const seen = pages.flatMap(({ at, range }) => (range === undefined ? [] : [{ at, range }]))
  const isSo = seen.every(
    ({ at, range: { from, to } }) =>
      from === undefined ||
      (to! - from + 1 === at.shown && (Number.isNaN(at.start) || from === at.start)),
  )
  const unit = seen[0]?.range.unit
  if (unit === undefined || !isSo) return undefined
  return { unit, total: seen.some(({ range }) => range.total !== undefined) }
}

/** The range of a page, as the service writes it. */
export function spellRange(
  { unit, total: isTold }: NonNullable<Paging['range']>,
  { start, shown, total }: PagePlace,
): string {
  const which = shown === 0 ? '*' : `${start}-${start + shown - 1}`
  return `${unit === '' ? '' : `${unit} `}${which}/${isTold ? (total ?? '*') : '*'}`
}
