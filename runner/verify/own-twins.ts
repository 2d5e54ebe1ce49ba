import { isRecord } from '../../engine/contract/schema.ts'
import { listIn, type Existing } from '../../engine/learn/before.ts'
import { pairsOf, sentBody, type Recorded } from '../../engine/learn/recorded.ts'
import type { Credentials } from '../../engine/twin.ts'
import type { World } from '../../engine/world.ts'
import { given as jira } from '../../twins/jira/given.ts'
import { given as okta } from '../../twins/okta/given.ts'
import { given as slack } from '../../twins/slack/given.ts'
import type { RecallOne } from './recall.ts'

// How the twins in the house are told of what a recording shows to have been there: in their own words.

/** What opens a world of each twin. */
export const ownAuthorization: Readonly<Record<string, (credentials: Credentials) => string>> = {
  okta: ({ api }) => `SSWS ${api}`,
  jira: ({ email, api }) => `Basic ${Buffer.from(`${email}:${api}`).toString('base64')}`,
  slack: ({ bot }) => `Bearer ${bot}`,
}

const recallOkta: RecallOne = ({ path, value, as }, world) => {
  const profile = recordIn(value, 'profile')
  if (as === 'single' || profile === undefined) return undefined
  const [, kind, , below] = /^\/api\/v1\/(\w+)(\/([^/]+))?(.*)$/.exec(path)?.slice(0) ?? []
  if (below !== undefined && path.split('/').length > 5) return undefined
  if (kind === 'users') {
    const [login, email] = [textIn(profile, 'login'), textIn(profile, 'email')]
    if (login === undefined) return undefined
    const status = textIn(value, 'status') as 'ACTIVE' | undefined
    const made = okta.user(world, {
      login,
      ...(email === undefined ? {} : { email }),
      ...(status === undefined ? {} : { status }),
      firstName: textIn(profile, 'firstName') ?? '',
      lastName: textIn(profile, 'lastName') ?? '',
      profile,
    })
    return made.id
  }
  const name = textIn(profile, 'name')
  if (kind !== 'groups' || name === undefined) return undefined
  const description = textIn(profile, 'description')
  return okta.group(world, { name, ...(description === undefined ? {} : { description }) }).id
}

const none: ReadonlyMap<string, string> = new Map()

const recallJira: RecallOne = (existing, world) => {
  const { path, value } = existing
  if (/\/project|\/createmeta/.test(path)) return recallProject(existing, world, none)
  const fields = recordIn(value, 'fields')
  const key = textIn(value, 'key')
  if (fields !== undefined && key !== undefined && /\/issue\/|\/search/.test(path)) {
    const project = key.slice(0, key.lastIndexOf('-'))
    attempt(() => jira.project(world, { key: project, name: nameIn(fields, 'project') ?? project }))
    const type = nameIn(fields, 'issuetype')
    const status = nameIn(fields, 'status')
    const made = jira.issue(world, {
      project,
      summary: textIn(fields, 'summary') ?? '',
      ...(type === undefined ? {} : { type }),
      ...(status === undefined ? {} : { status }),
    })
    return path.endsWith(`/${key}`) ? made.key : made.id
  }
  const accountId = textIn(value, 'accountId')
  if (accountId === undefined) return undefined
  const emailAddress = textIn(value, 'emailAddress')
  const displayName = textIn(value, 'displayName')
  return jira.user(world, {
    ...(emailAddress === undefined || emailAddress === '' ? {} : { emailAddress }),
    ...(displayName === undefined ? {} : { displayName }),
  }).accountId
}

const recallProject: RecallOne = ({ path, value }, world) => {
  const key = textIn(value, 'key')
  if (key === undefined) return undefined
  const made = jira.project(world, { key, name: textIn(value, 'name') ?? key })
  return path.endsWith(`/${key}`) ? made.key : made.id
}

const recallSlack: RecallOne = (existing, world, ours) => {
  const { value, as } = existing
  if (as === 'single') return recallInside(existing, world, ours)
  const id = textIn(value, 'id') ?? ''
  const name = textIn(value, 'name')
  if (/^[UW]/.test(id) && value['is_bot'] !== true) {
    const profile = recordIn(value, 'profile') ?? {}
    const email = textIn(profile, 'email')
    return slack.user(world, {
      ...(email === undefined ? {} : { email }),
      ...(name === undefined ? {} : { name }),
      real_name: textIn(value, 'real_name') ?? textIn(profile, 'real_name') ?? '',
      deleted: value['deleted'] === true,
      profile,
    }).id
  }
  if (!/^[CG]/.test(id) || name === undefined) return undefined
  return slack.channel(world, {
    name,
    is_private: value['is_private'] === true,
    is_archived: value['is_archived'] === true,
  }).id
}

/** Slack wraps what it shows: `{ ok, channel: {…} }`. */
const recallInside: RecallOne = (existing, world, ours) => {
  for (const inner of Object.values(existing.value)) {
    if (!isRecord(inner) || textIn(inner, 'id') === undefined || listIn(inner) !== undefined)
      continue
    const one: Existing = { ...existing, value: inner, as: 'item', id: textIn(inner, 'id') }
    existing.id = one.id
    return recallSlack(one, world, ours)
  }
  return undefined
}

/** Makes what a call names and nothing shows; returns recorded ids with ours. */
type MakeNamed = (
  recorded: Recorded,
  world: World,
  known: ReadonlySet<string>,
) => [string, string][]

/** What recordings only name: made as it may be, since nothing shows what it was like. */
export const ownNames: Readonly<Record<string, MakeNamed>> = {
  okta: ({ pathname }, world, known) => {
    const [, kind, id = ''] = /^\/api\/v1\/(users|groups)\/([^/]+)/.exec(pathname) ?? []
    if (known.has(id) || !/^00[ug]\w{15,20}$/.test(id)) return []
    return [[id, kind === 'users' ? okta.user(world, {}).id : okta.group(world, {}).id]]
  },
  slack: (recorded, world, known) => {
    const body = sentBody(recorded)
    const sent = { ...pairsOf(recorded.search), ...(isRecord(body) ? body : {}) }
    const made: [string, string][] = []
    for (const id of Object.values(sent).flatMap((one) =>
      typeof one === 'string' ? one.split(',') : [],
    )) {
      if (known.has(id) || made.some(([one]) => one === id)) continue
      if (/^[UW][A-Z0-9]{7,11}$/.test(id)) made.push([id, slack.user(world, {}).id])
      else if (/^[CG][A-Z0-9]{7,11}$/.test(id)) {
        const name = `named-${id.toLowerCase()}`
        const channel = slack.channel(world, { name })
        made.push([id, channel.id])
      }
    }
    return made
  },
}

/** By the twin's name. */
export const ownRecalls: Readonly<Record<string, RecallOne>> = {
  okta: recallOkta,
  jira: recallJira,
  slack: recallSlack,
}

function recordIn(value: Record<string, unknown>, name: string) {
  const inner = Object.hasOwn(value, name) ? value[name] : undefined
  return isRecord(inner) ? inner : undefined
}

function textIn(value: Record<string, unknown>, name: string): string | undefined {
  const inner = Object.hasOwn(value, name) ? value[name] : undefined
  return typeof inner === 'string' ? inner : undefined
}

function nameIn(value: Record<string, unknown>, name: string): string | undefined {
  const inner = recordIn(value, name)
  return inner && textIn(inner, 'name')
}

function attempt(make: () => unknown): void {
  try {
    make()
  } catch {
    // It is there already.
  }
}
