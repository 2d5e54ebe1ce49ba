import { tokens } from '../../engine/auth.ts'
import type { Person } from '../../engine/cast.ts'
import type { Credentials } from '../../engine/twin.ts'
import type { World } from '../../engine/world.ts'
import { given, newProfile } from './given.ts'
import { seat } from './people.ts'
import { appScopes, botScopes, userScopes } from './scopes.ts'
import { apps, channels, teams, users } from './state.ts'
import type { App, Conversation, User } from './wire.ts'

/** The default workspace: Acme's people, Slackbot, one installed app, a channel for each department. */
export function seed(world: World, cast: readonly Person[]): void {
  world.rows.insert(teams, {
    id: world.newId({ prefix: 'T', length: 10, alphabet: 'upper' }),
    name: 'Acme',
    domain: 'acme',
  })
  addSlackbot(world)
  const people = cast.map((person) => addPerson(world, person))
  const bot = addApp(world)
  const staff = people.filter((one) => !one.is_restricted)
  const open = (name: string, members: readonly User[], purpose: string) =>
    addChannel(world, name, members, purpose)
  const general = open('general', staff, 'Company-wide announcements and work-based matters')
  world.rows.update(channels, general.id, { is_general: true })
  const random = open('random', staff, 'Non-work banter and water cooler conversation')
  const of = (...departments: string[]) =>
    people.filter((_one, i) => departments.includes(cast[i]!.department))
  const admins = people.filter((one) => one.is_admin)
  const engineering = open('engineering', [...of('Engineering'), ...admins], 'How we build')
  const guests = people.filter((one) => one.is_restricted)
  open('support', [...of('Support'), ...of('Engineering').slice(0, 1)], 'What customers ask')
  open('product', [...of('Product'), ...guests], 'What we build next')
  const people_ops = given.channel(world, {
    name: 'people-ops',
    is_private: true,
    members: [...of('People'), ...admins].map((one) => one.id),
    purpose: 'Joiners, movers, leavers',
  })
  const leavers = open('it-offboarding', [...admins, ...of('People')], 'Accounts to be closed')
  for (const one of [general, random, leavers]) seat(world, one, bot)
  greet(world, [
    [general, staff[0], 'Welcome to Acme! Please read the handbook in your first week.'],
    [engineering, of('Engineering')[0], 'Deploys are frozen on Friday afternoon.'],
    [random, staff[2], 'Who is in for lunch? :pizza:'],
    [people_ops, of('People')[0], 'New starters arrive on Monday.'],
    [leavers, admins[0], 'Leavers are posted here once their accounts are closed.'],
  ])
}

function greet(world: World, said: [Conversation, User | undefined, string][]): void {
  for (const [channel, user, text] of said) {
    if (user !== undefined) given.message(world, { channel: channel.id, user: user.id, text })
  }
}

function addChannel(world: World, name: string, members: readonly User[], purpose: string) {
  return given.channel(world, { name, members: members.map((one) => one.id), purpose })
}

function addPerson(world: World, person: Person): User {
  const row = given.user(world, {
    email: person.email,
    real_name: `${person.firstName} ${person.lastName}`,
    title: person.title,
    is_admin: person.admin ?? false,
    is_owner: person.admin ?? false,
    is_restricted: person.guest ?? false,
  })
  if (person.admin !== true) return row
  return world.rows.update(users, row.id, { is_primary_owner: true })
}

const noPerson = {
  is_app_user: false,
  deleted: false,
  color: '757575',
  is_email_confirmed: false,
  tz: 'America/Los_Angeles',
  tz_label: 'Pacific Standard Time',
  tz_offset: -28_800,
  is_admin: false,
  is_owner: false,
  is_primary_owner: false,
  is_restricted: false,
  is_ultra_restricted: false,
  who_can_share_contact_card: 'EVERYONE',
}

/** Slackbot is no bot by its own account (FACTS: slackbot). */
function addSlackbot(world: World): void {
  const team = world.rows.page(teams, { limit: 1 })[0]!
  const profile = { ...newProfile(world, 'Slackbot'), display_name: 'Slackbot', fields: {} }
  world.rows.insert(users, {
    id: 'USLACKBOT',
    name: 'slackbot',
    is_bot: false,
    updated: 0,
    team_id: team.id,
    real_name: 'Slackbot',
    ...noPerson,
    profile: { ...profile, display_name_normalized: 'Slackbot', always_active: true },
  })
}

/** The app that the subject is: its rows and its bot user, whose id is returned. */
function addApp(world: World): string {
  const upper = (prefix: string) => world.newId({ prefix, length: 10, alphabet: 'upper' })
  const [id, botId, user] = [upper('A'), upper('B'), upper('U')]
  const team = world.rows.page(teams, { limit: 1 })[0]!
  const updated = Math.floor(world.now() / 1000)
  const name = 'Acme Assistant'
  world.rows.insert(apps, {
    id,
    name,
    bot_id: botId,
    bot_user_id: user,
    signing_secret: world.newId({ length: 32, alphabet: 'hex' }),
    verification_token: world.newId({ length: 24 }),
    scopes: botScopes,
    updated,
  })
  const bot = { bot_id: botId, api_app_id: id, always_active: false }
  world.rows.insert(users, {
    id: user,
    name: 'acmeassistant',
    is_bot: true,
    updated,
    team_id: team.id,
    real_name: name,
    ...noPerson,
    profile: { ...newProfile(world, name), ...bot },
  })
  return user
}

/** This world's own tokens: the app's bot, the app in the administrator's name, the app itself. */
export function mint(world: World): Credentials {
  const app = appOf(world)
  const admin = adminOf(world)
  const facts = { app_id: app.id, bot_id: app.bot_id }
  const number = () => world.newId({ length: 12, alphabet: 'digits' })
  const word = (length: number, alphabet: 'alphanumeric' | 'hex') =>
    world.newId({ length, alphabet })
  const bot = `xoxb-${number()}-${number()}-${word(24, 'alphanumeric')}`
  const user = `xoxp-${number()}-${number()}-${number()}-${word(32, 'hex')}`
  const own = `xapp-1-${app.id}-${number()}-${word(64, 'hex')}`
  const add = (id: string, kind: string, account: string, scopes: readonly string[]) =>
    world.rows.insert(tokens, { id, twin: 'slack', kind, account, scopes, facts })
  add(bot, 'bot', app.bot_user_id, botScopes)
  add(user, 'user', admin.id, userScopes)
  add(own, 'app', app.id, appScopes)
  return { bot, user, app: own, signingSecret: app.signing_secret }
}

/** The administrator, seeing everything. */
export function allSeeing(world: World) {
  return { account: adminOf(world).id, kind: 'user', allSeeing: true as const }
}

/** What a program needs besides URL and tokens. */
export function describe(world: World, url: string): Readonly<Record<string, unknown>> {
  return { apiUrl: `${url}/api/`, signingSecret: appOf(world).signing_secret }
}

/** The settings by which Slack's clients are usually pointed at a workspace. */
export function clientEnv(url: string, credentials: Credentials): Record<string, string> {
  return {
    SLACK_API_URL: `${url}/api/`,
    SLACK_BOT_TOKEN: credentials['bot'] ?? '',
    SLACK_USER_TOKEN: credentials['user'] ?? '',
    SLACK_APP_TOKEN: credentials['app'] ?? '',
    SLACK_SIGNING_SECRET: credentials['signingSecret'] ?? '',
  }
}

function appOf(world: World): App {
  return world.rows.page(apps, { limit: 1 })[0]!
}

function adminOf(world: World): User {
  const { rows, cast } = world
  const email = cast.find((one) => one.admin === true)?.email ?? ''
  const found = rows.find(users, 'email', [email]) ?? rows.page(users, { limit: 2 })[1]
  if (found === undefined) throw new Error('Slack has no administrator; is the world seeded?')
  return found
}
