import type { Contract, Schema } from '../contract/contract.ts'
import { resolveSchema, typesOf } from '../contract/schema.ts'
import { nameKey } from './names.ts'
import type { Role } from './resource.ts'
import { bodySchemaOf, isObjectSchema } from './shapes.ts'
import { membersOf } from './members.ts'

/** How a list is cut into pages, as names of parameters and reply members tell. */
export interface Paging {
  limit: { name: string; fallback: number; max: number } | undefined
  /** Counts items, from `base` on. */
  offset: { name: string; base: number } | undefined
  /** Counts pages, from `base` on. */
  page: { name: string; base: number } | undefined
  /** `isKey`: the id of the last item seen; otherwise opaque. */
  cursor: { name: string; isKey: boolean } | undefined
  /** What the reply says about the page, beside the list. */
  marks: Mark[]
  /** The body has no room for the next page: it stands in the Link header. */
  hasLink: boolean
}

/** One member of the reply that tells of the page. */
export interface Mark {
  path: string[]
  kind: MarkKind
  types: ReadonlySet<string>
}

export type MarkKind =
  | 'total'
  | 'size'
  | 'length'
  | 'offset'
  | 'page'
  | 'pages'
  | 'isLast'
  | 'hasMore'
  | 'next'
  | 'nextUrl'
  | 'self'
  | 'previous'

const limits =
  /^(limit|perpage|pagesize|maxresults|count|first|size|top|take|itemsperpage|maxitems|pagelimit|resultsperpage|rows|max)$/
const offsets = /^(offset|startat|start|skip|from|pageoffset)$/
const ones = /^(startindex)$/
const pages = /^(page|pagenumber|pageno|pageindex|currentpage)$/
const cursors =
  /^(cursor|after|pagetoken|nextpagetoken|startingafter|next|nextcursor|continuationtoken|continuation|marker|pagecursor|aftercursor|nexttoken|afterid)$/
const keyCursors = /^(startingafter|afterid)$/

const known = new WeakMap<Role, Paging>()

/** How a list's operation pages; found out once. */
export function pagingOf(role: Role, schemas: Contract['schemas']): Paging {
  let paging = known.get(role)
  if (paging === undefined) known.set(role, (paging = inferPaging(role, schemas)))
  return paging
}

/** The arguments that a list takes: query parameters, and in RPC style the body's members. */
export function argumentsOfRole(role: Role, schemas: Contract['schemas']): Map<string, Schema> {
  const out = new Map<string, Schema>()
  for (const param of role.op.params) if (param.in === 'query') out.set(param.name, param.schema)
  if (role.op.method !== 'GET') {
    for (const [name, schema] of membersOf(bodySchemaOf(role.op.body) ?? {}, schemas))
      out.set(name, schema)
  }
  return out
}

function inferPaging(role: Role, schemas: Contract['schemas']): Paging {
  const inputs = [...argumentsOfRole(role, schemas)]
  const named = (pattern: RegExp): [string, Schema] | undefined =>
    inputs.find(([name]) => pattern.test(nameKey(name)))
  const limit = named(limits)
  const offset = named(offsets) ?? named(ones)
  const page = named(pages)
  const cursor = inputs.find(
    ([name, schema]) => cursors.test(nameKey(name)) && typesOf(schema, schemas).has('string'),
  )
  const marks = role.reply.schema === undefined ? [] : marksOf(role, schemas)
  const isPaged = limit !== undefined && (offset ?? page ?? cursor) !== undefined
  return {
    limit: limit && limitOf(limit[0], resolveSchema(limit[1], schemas)),
    offset:
      offset && isNumeric(offset[1], schemas)
        ? { name: offset[0], base: ones.test(nameKey(offset[0])) ? 1 : 0 }
        : undefined,
    page:
      page && isNumeric(page[1], schemas)
        ? { name: page[0], base: baseOf(resolveSchema(page[1], schemas)) }
        : undefined,
    cursor: cursor && { name: cursor[0], isKey: keyCursors.test(nameKey(cursor[0])) },
    marks,
    hasLink:
      isPaged &&
      !marks.some(({ kind }) => kind === 'next' || kind === 'nextUrl' || kind === 'total'),
  }
}

function isNumeric(schema: Schema, schemas: Contract['schemas']): boolean {
  const types = typesOf(schema, schemas)
  return types.has('integer') || types.has('number')
}

function limitOf(name: string, schema: Record<string, unknown>): NonNullable<Paging['limit']> {
  const max = typeof schema['maximum'] === 'number' ? schema['maximum'] : Infinity
  const fallback = typeof schema['default'] === 'number' ? schema['default'] : Math.min(max, 50)
  return { name, fallback: fallback > 0 ? fallback : 50, max }
}

function baseOf(schema: Record<string, unknown>): number {
  return schema['default'] === 0 || schema['minimum'] === 0 ? 0 : 1
}

const markNames: readonly [RegExp, MarkKind][] = [
  [
    /^(total|totalcount|totalresults|totalitems|totalelements|totalsize|totalrecords|numfound)$/,
    'total',
  ],
  [/^(size|pagesize|perpage|limit|maxresults|itemsperpage|pagelimit)$/, 'size'],
  [/^(numberofelements|resultcount|pagecount|returned)$/, 'length'],
  [/^(offset|startat|start|startindex|skip|from)$/, 'offset'],
  [/^(page|currentpage|pagenumber|pageindex)$/, 'page'],
  [/^(totalpages|lastpage|pages|numpages)$/, 'pages'],
  [/^(islast|last|islastpage|done|end)$/, 'isLast'],
  [/^(hasmore|hasnext|hasnextpage|more|ismore|moreavailable)$/, 'hasMore'],
  [
    /^(nextpagetoken|nextcursor|nextpagecursor|next|cursor|after|continuation|continuationtoken|nexttoken|marker|endcursor|nextpage|nextlink|nexturl|odatanextlink)$/,
    'next',
  ],
  [/^(self|selflink)$/, 'self'],
  [
    /^(prev|previous|previouspage|prevpage|prevcursor|previouscursor|previouspagetoken|before|startcursor)$/,
    'previous',
  ],
]

/** Reply members that tell of the page: beside the list, or in a member such as `meta` or `response_metadata`. */
function marksOf(role: Role, schemas: Contract['schemas']): Mark[] {
  const marks: Mark[] = []
  const look = (schema: Schema, path: string[]): void => {
    for (const [name, member] of membersOf(schema, schemas)) {
      const here = [...path, name]
      if (here.join('/') === role.spot?.path.join('/')) continue
      const mark = markOf(name, member, here, schemas)
      if (mark !== undefined) marks.push(mark)
      const isInner =
        /^(_?meta(data)?|pagination|paging|page_?info|_?links|response_?metadata|page|cursors?|data|result)$/i
      if (path.length === 0 && isInner.test(name) && isObjectSchema(member, schemas))
        look(member, here)
    }
  }
  look(role.reply.schema!, [])
  if (!marks.some(({ kind }) => kind === 'total')) addCount(role, marks, schemas)
  return marks
}

function markOf(
  name: string,
  schema: Schema,
  path: string[],
  schemas: Contract['schemas'],
): Mark | undefined {
  const types = typesOf(schema, schemas)
  const kind = markNames.find(([pattern]) => pattern.test(nameKey(name)))?.[1]
  if (kind === undefined || types.size === 0) return undefined
  if (kind === 'isLast' || kind === 'hasMore')
    return types.has('boolean') ? { path, kind, types } : undefined
  if (kind === 'self' || kind === 'next' || kind === 'previous') {
    if (types.has('array')) return undefined
    const { format } = resolveSchema(schema, schemas)
    const isUrl =
      /^ur[il]/.test(String(format)) ||
      /link|url$|^nextpage$/i.test(name) ||
      /links$/i.test(path.at(-2) ?? '')
    if (kind === 'self' && !isUrl) return undefined
    const isNext = kind === 'next' && (isUrl || (types.has('object') && !types.has('string')))
    return { path, kind: isNext ? 'nextUrl' : kind, types }
  }
  return types.has('integer') || types.has('number') ? { path, kind, types } : undefined
}

/** `count` is the total where there are links to other pages (Django's way), else the length of this one. */
function addCount(role: Role, marks: Mark[], schemas: Contract['schemas']): void {
  for (const [name, schema] of membersOf(role.reply.schema!, schemas)) {
    if (nameKey(name) !== 'count' || !isNumeric(schema, schemas)) continue
    const isTotal = marks.some(({ kind }) => kind === 'nextUrl' || kind === 'previous')
    marks.push({
      path: [name],
      kind: isTotal ? 'total' : 'length',
      types: typesOf(schema, schemas),
    })
  }
}
