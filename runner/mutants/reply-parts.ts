import type { Reply } from '../../engine/call.ts'
import { withLeaf } from './values.ts'

/** Where a reply has its list of things: the longest at the top or one level below; undefined when there is none. */
export function listIn({ json }: Reply): { path: string[]; items: readonly unknown[] } | undefined {
  if (Array.isArray(json)) return { path: [], items: json as unknown[] }
  if (typeof json !== 'object' || json === null) return undefined
  const lists = Object.entries(json).flatMap(([name, value]) => {
    if (Array.isArray(value)) return [{ path: [name], items: value as unknown[] }]
    if (typeof value !== 'object' || value === null) return []
    return Object.entries(value).flatMap(([inner, list]) =>
      Array.isArray(list) ? [{ path: [name, inner], items: list as unknown[] }] : [],
    )
  })
  return lists.sort((a, b) => b.items.length - a.items.length)[0]
}

/** The reply without the last thing of its list. */
export function withoutLast(reply: Reply): Reply {
  const list = listIn(reply)
  if (list === undefined) return reply
  return { ...reply, json: withLeaf(reply.json, list.path, list.items.slice(0, -1)) }
}

/** Names under which services say where the next page is. */
const pointer = /^next(?:_?(?:cursor|page|page_?token|link|url))?$/i

/** Whether a reply says that there is more. */
export function hasNext(reply: Reply): boolean {
  return JSON.stringify(withoutNext(reply)) !== JSON.stringify(reply)
}

/** The reply as if this had been the last page. */
export function withoutNext(reply: Reply): Reply {
  const headers = { ...reply.headers }
  const { link } = headers
  if (link !== undefined) {
    const links = [link].flat().filter((one) => !/rel="?next"?/.test(one))
    if (links.length === 0) delete headers['link']
    else headers['link'] = links
  }
  return reply.json === undefined
    ? { ...reply, headers }
    : { ...reply, headers, json: endPages(reply.json) }
}

function endPages(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || depth > 2) return value
  const entries = Object.entries(value).map(([name, inner]): [string, unknown] => {
    if (name === 'isLast' && inner === false) return [name, true]
    if (pointer.test(name) && typeof inner === 'string') return [name, '']
    return [name, endPages(inner, depth + 1)]
  })
  return Object.fromEntries(entries)
}
