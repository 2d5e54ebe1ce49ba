import { isRecord, toPointerToken } from '../contract/schema.ts'
import type { Paging } from './knowledge.ts'
import type { ListSeen } from './paging.ts'

/** How many a page holds: by which parameter, if it is left out, and at most. */
export function sizeOf(lists: readonly ListSeen[], param: string | undefined): Paging['size'] {
  const asked = (list: ListSeen): number | undefined => {
    const value = param === undefined ? undefined : list.query[param]
    return value === undefined ? undefined : Number(value)
  }
  // As many come as were asked for, or less; else the parameter means something else.
  if (lists.some((list) => list.items.length > (asked(list) ?? Infinity))) return undefined
  const told = (list: ListSeen): number | undefined => toldSize(list.envelope)
  const plain = lists.filter((list) => asked(list) === undefined)
  // A page in the middle is as long as they all are; the last one may be shorter.
  const isPart = (list: ListSeen): boolean => isCut(list) || (list.total ?? 0) > list.items.length
  const lengths = plain.filter(isPart).map(({ items }) => items.length)
  const longest = lengths.length === 0 ? undefined : Math.max(...lengths) || undefined
  const usual = plain.map(told).find((one) => one !== undefined) ?? longest
  const over = lists.find(
    (list) =>
      (asked(list) ?? 0) > Math.max(list.items.length, 0) &&
      ((isCut(list) && list.items.length > 0) || (told(list) ?? Infinity) < asked(list)!),
  )
  const most = over === undefined ? undefined : (told(over) ?? over.items.length)
  if (param === undefined && usual === undefined) return undefined
  return {
    ...(param === undefined ? {} : { param }),
    ...(usual === undefined ? {} : { usual }),
    ...(most === undefined ? {} : { most }),
  }
}

/** Whether a page says that more follows. */
export function isCut({ nextLink, envelope, range }: ListSeen): boolean {
  const { to, total } = range ?? {}
  const isBefore = to !== undefined && total !== undefined && to + 1 < total
  return nextLink !== undefined || isBefore || hasNext(envelope)
}

/** Whether something beside a list says that more follows. */
function hasNext(envelope: unknown): boolean {
  for (const [at, value] of textsIn(envelope)) if (/next\w*$/i.test(at) && value !== '') return true
  return (
    isRecord(envelope) &&
    Object.entries(envelope).some(([key, one]) => /^has_?(more|next)/i.test(key) && one === true)
  )
}

function toldSize(envelope: unknown, depth = 0): number | undefined {
  if (!isRecord(envelope) || depth > 1) return undefined
  for (const [key, one] of Object.entries(envelope)) {
    if (
      typeof one === 'number' &&
      /^(per_?page|page_?size|limit|max_?results|items_?per_?page)$/i.test(key)
    )
      return one
    const inner = isRecord(one) ? toldSize(one, depth + 1) : undefined
    if (inner !== undefined) return inner
  }
  return undefined
}

/** Every text and number of an envelope, with its place. */
export function* textsIn(value: unknown, at = '', depth = 0): Generator<[string, string]> {
  if (!isRecord(value) || depth > 3) return
  for (const [key, one] of Object.entries(value)) {
    const place = `${at}/${toPointerToken(key)}`
    if (typeof one === 'string') yield [place, one]
    else if (typeof one === 'number') yield [place, String(one)]
    else yield* textsIn(one, place, depth + 1)
  }
}

/** Where a call's page begins and how much it holds, by its query alone. */
export function standing(
  query: Readonly<Record<string, unknown>>,
  paging: Paging | undefined,
): { start: number; size: number; page: number } {
  const numberAt = (name: string | undefined): number | undefined => {
    const value =
      name === undefined || !Object.hasOwn(query, name) ? undefined : Number(query[name])
    return value !== undefined && Number.isInteger(value) && value >= 0 ? value : undefined
  }
  const { style, param, first = 1, size: sizes } = paging ?? { style: 'whole' as const, param: '' }
  const asked = numberAt(sizes?.param)
  const size = Math.min(
    asked === undefined || asked === 0 ? (sizes?.usual ?? Infinity) : asked,
    sizes?.most ?? Infinity,
  )
  if (style === 'page') {
    const page = numberAt(param) ?? first
    const before = Math.max(0, page - first)
    return { start: before === 0 ? 0 : before * size, size, page }
  }
  const start = style === 'offset' ? Math.max(0, (numberAt(param) ?? first) - first) : 0
  return { start, size, page: Number.isFinite(size) && size > 0 ? Math.floor(start / size) + 1 : 1 }
}

/** How long a whole list is, as something beside it tells. */
export function totalIn(envelope: unknown, depth = 0): number | undefined {
  if (!isRecord(envelope) || depth > 1) return undefined
  for (const [key, one] of Object.entries(envelope)) {
    if (typeof one === 'number' && /^total(_?(count|items|results|elements))?$/i.test(key))
      return one
    const inner = isRecord(one) ? totalIn(one, depth + 1) : undefined
    if (inner !== undefined) return inner
  }
  return undefined
}
