import { isDeepStrictEqual } from 'node:util'
import type { World } from '../../../engine/world.ts'
import type { UnexpectedChange } from '../../collateral.ts'
import type { FreeJson } from '../../scenario.ts'
import { createLookAt } from './kinds.ts'
import type { Known, Words } from './known.ts'
import type { PlotCheck } from './plot.ts'
import { leavesOf, type Recording } from './recording.ts'

/** Where a row is seen through the vendor's API, and how what changed in it shows there. */
interface Show {
  address: (row: Row, id: string) => string
  /** Of a list: where its members are and which field tells this row apart. Absent: the look shows the row itself. */
  list?: { at: string[]; field: string; value: (row: Row) => unknown }
  /** Below the body, where the thing itself stands. */
  at?: string[]
}

type Row = Readonly<Record<string, FreeJson>>

const shows: Readonly<Record<string, Show>> = {
  'okta.users': { address: (_, id) => `/api/v1/users/${id}` },
  'okta.groups': { address: (_, id) => `/api/v1/groups/${id}` },
  'okta.sessions': { address: (_, id) => `/api/v1/sessions/${id}` },
  'okta.memberships': {
    address: ({ groupId }) => `/api/v1/groups/${groupId}/users?limit=200`,
    list: { at: [], field: 'id', value: ({ userId }) => userId },
  },
  'slack.users': { address: (_, id) => `/api/users.info?user=${id}`, at: ['user'] },
  'slack.channels': {
    address: (_, id) => `/api/conversations.info?channel=${id}`,
    at: ['channel'],
  },
  'slack.messages': {
    address: ({ channel, ts, thread_ts: root }) =>
      root === undefined || root === ts
        ? `/api/conversations.history?channel=${channel}&limit=999`
        : `/api/conversations.replies?channel=${channel}&ts=${root}&limit=999`,
    list: { at: ['messages'], field: 'text', value: ({ text }) => text },
  },
  'jira.users': { address: (_, id) => `/rest/api/3/user?accountId=${id}` },
  'jira.projects': { address: (_, id) => `/rest/api/3/project/${id}` },
  'jira.issues': { address: (_, id) => `/rest/api/3/issue/${id}`, at: ['fields'] },
  'jira.comments': {
    address: ({ issue }) => `/rest/api/3/issue/${issue}/comment?maxResults=5000`,
    list: { at: ['comments'], field: '', value: () => undefined },
  },
}

/** Which twin shows a change, and where. What a contract alone knows stands in one table of the engine's. */
function placeOf({
  table,
  id,
}: UnexpectedChange): { twin: string; id: string; show: Show } | undefined {
  const thing = table === 'engine.things' ? /^(\S+) (\S+) (.+)$/s.exec(id) : null
  if (thing !== null) {
    const path = `${thing[2]}/${encodeURIComponent(thing[3]!)}`
    return { twin: thing[1]!, id: thing[3]!, show: { address: () => path } }
  }
  const show = shows[table]
  return show && { twin: table.slice(0, table.indexOf('.')), id, show }
}

/** How many fields of one thing are worth a check. */
const fieldsMax = 6

/** Checks that see, through the vendor's own API, what a recording changed. */
export function checksOf(recording: Recording, known: Known): PlotCheck[] {
  const checks = new Map<string, PlotCheck>()
  for (const change of recording.changes) {
    for (const check of checksOfChange(change, recording, known)) {
      checks.set(JSON.stringify([check.address, check.at, check.where]), check)
    }
  }
  // A check is told by its sentence.
  const told = new Map<string, number>()
  return [...checks.values()].map((check) => {
    const number = (told.get(check.sentence) ?? 0) + 1
    told.set(check.sentence, number)
    return number === 1 ? check : { ...check, sentence: `${check.sentence} (${number})` }
  })
}

function checksOfChange(change: UnexpectedChange, recording: Recording, known: Known): PlotCheck[] {
  const { table, kind, fields } = change
  const place = placeOf(change)
  if (place === undefined) return []
  const { twin, id, show } = place
  const whole = (fields[0]?.path === '' ? (fields[0].after ?? fields[0].before) : {}) as Row
  const path = show.address(whole, id)
  const address = known.words(path)
  const noun = singular(table)
  const what = `a ${noun} of ${twin} was ${kind}`
  // What the service says of itself, such as who has joined, comes with what was done.
  if (whole['subtype'] !== undefined) return []
  if (path.includes('undefined')) return []
  if (show.list !== undefined)
    return listCheck(show.list, { what, twin, path, address, whole }, recording, known)
  const [before, after] = [recording.before, recording.after].map((world) =>
    seen(world, twin, path),
  )
  if (after === undefined) {
    return kind === 'removed' && twin !== 'slack'
      ? [
          {
            sentence: what,
            twin,
            address,
            at: [],
            test: { how: 'status', value: 404 },
          },
        ]
      : []
  }
  const at = show.at ?? []
  const [was, is] = [below(before, at), below(after, at)]
  return leavesOf(is)
    .filter(
      ({ path: leaf, value }) =>
        isWorth(leaf, value) && !isDeepStrictEqual(below(was, leaf), value),
    )
    .filter(({ path: leaf, value }) => kind !== 'made' || wasSent(recording, change, leaf, value))
    .slice(0, fieldsMax)
    .map(({ path: leaf, value }) => ({
      sentence: `${leaf.join('.')} of the ${noun} in ${twin}`,
      twin,
      address,
      at: [...at, ...leaf],
      test: {
        how: 'equals' as const,
        value: typeof value === 'string' ? simple(known.words(value)) : value,
      },
    }))
}

function listCheck(
  list: NonNullable<Show['list']>,
  {
    what,
    twin,
    path,
    address,
    whole,
  }: { what: string; twin: string; path: string; address: Words; whole: Row },
  { after }: Recording,
  known: Known,
): PlotCheck[] {
  const members = below(seen(after, twin, path), list.at)
  if (!Array.isArray(members)) return []
  const wanted = list.value(whole)
  const hits =
    list.field === '' ? members : members.filter((one: FreeJson) => one[list.field] === wanted)
  const where =
    list.field === '' || typeof wanted !== 'string'
      ? {}
      : { where: { field: list.field, value: known.words(wanted) } }
  return [
    {
      sentence: what,
      twin,
      address,
      at: list.at,
      ...where,
      test: { how: 'count', value: hits.length },
    },
  ]
}

/** What a maker of checks can rely on: no time, no link, nothing private, no list of everything. */
function isWorth(path: readonly string[], value: unknown): boolean {
  if (path.length === 0 || path.length > 3 || value === null) return false
  if (
    path.some((part) =>
      /^(?:_|\$)|links|self|avatar|icon|updated|created|changed|login$|hash|ts$/i.test(part),
    )
  ) {
    return false
  }
  if (typeof value === 'number') return Math.abs(value) < 1e9
  if (typeof value !== 'string') return typeof value === 'boolean'
  return value.length > 0 && value.length < 200 && !/^\d{4}-\d\d-\d\dT|^https?:\/\//.test(value)
}

/** Of something new, only what was asked for: the rest is the service's own doing. */
function wasSent(
  { calls }: Recording,
  { by }: UnexpectedChange,
  path: readonly string[],
  value: unknown,
): boolean {
  const call = calls.find(({ n }) => n === by[0])
  return leavesOf(call?.body).some((one) => one.value === value && one.path.at(-1) === path.at(-1))
}

/** A text, or the one reference that it is, where it is no more than that. */
function simple(words: Words): unknown {
  return words.length === 1 ? words[0] : words
}

function seen(world: World, twin: string, path: string): FreeJson | undefined {
  return createLookAt(world)(twin, path)
}

function below(value: FreeJson, path: readonly string[]): FreeJson {
  return path.reduce<FreeJson>((of, name) => of?.[name], value)
}

function singular(table: string): string {
  return table.slice(table.indexOf('.') + 1).replace(/s$/, '')
}
