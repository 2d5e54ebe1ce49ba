import type { Caller } from '../../engine/auth.ts'
import { contractFile } from '../../engine/contract/load.ts'
import { applyPatch } from '../../engine/contract/patch.ts'
import { authenticate } from '../../engine/stages/authenticate.ts'
import { behave } from '../../engine/stages/behave.ts'
import { faultBefore } from '../../engine/stages/fault-before.ts'
import { limit } from '../../engine/stages/limit.ts'
import { defineTwin, type Credentials } from '../../engine/twin.ts'
import type { World } from '../../engine/world.ts'
import { adminGroup } from './access.ts'
import { authenticateCaller, refuseBearer, stampReply } from './auth.ts'
import { appBehaviors } from './behavior/apps.ts'
import { commentBehaviors } from './behavior/comments.ts'
import { groupBehaviors } from './behavior/groups.ts'
import { involvementBehaviors } from './behavior/involvement.ts'
import { issueBehaviors } from './behavior/issues.ts'
import { linkBehaviors } from './behavior/links.ts'
import { metaBehaviors } from './behavior/meta.ts'
import { projectPartBehaviors } from './behavior/project-parts.ts'
import { projectBehaviors } from './behavior/projects.ts'
import { searchBehaviors } from './behavior/search.ts'
import { siteBehaviors } from './behavior/site.ts'
import { transitionBehaviors } from './behavior/transitions.ts'
import { userBehaviors } from './behavior/users.ts'
import { webhookBehaviors } from './behavior/webhooks.ts'
import { worklogBehaviors } from './behavior/worklogs.ts'
import { checked } from './checked.ts'
import patch from './contract.patch.json' with { type: 'json' }
import { toReply } from './errors.ts'
import { events } from './events.ts'
import { given } from './given.ts'
import { checkContentType, isWrite, matchMounted, readBean, readConverted } from './input.ts'
import { limitIssueWrites, limitOf } from './limits.ts'
import { seed } from './seed.ts'
import { settings } from './settings.ts'
import { groups, memberships, projects, tables, users } from './state.ts'

const document = contractFile(new URL('./contract.json', import.meta.url))

/** Jira Cloud: the site https://acme.atlassian.net. */
export const jira = defineTwin({
  name: 'jira',
  hosts: ['acme.atlassian.net', '*.atlassian.net', 'api.atlassian.com'],
  origin: 'https://acme.atlassian.net',
  contract: () => applyPatch(document(), patch),
  tables,
  behaviors: {
    ...siteBehaviors,
    ...userBehaviors,
    ...groupBehaviors,
    ...projectBehaviors,
    ...projectPartBehaviors,
    ...issueBehaviors,
    ...transitionBehaviors,
    ...commentBehaviors,
    ...worklogBehaviors,
    ...involvementBehaviors,
    ...linkBehaviors,
    ...metaBehaviors,
    ...searchBehaviors,
    ...webhookBehaviors,
    ...appBehaviors,
  },
  checked,
  // FACTS: order-of-checks.
  before: [
    refuseBearer,
    matchMounted,
    checkContentType,
    authenticate,
    limit,
    limitIssueWrites,
    readConverted,
    readBean,
    faultBefore, // nothing happened
    behave,
  ],
  auth: authenticateCaller,
  writes: isWrite,
  limits: limitOf,
  errors: toReply,
  stamp: stampReply,
  jsonType: 'application/json;charset=UTF-8',
  seed,
  given,
  mint,
  clientEnv: (url: string, credentials: Credentials) => ({
    JIRA_HOST: url,
    JIRA_BASE_URL: url,
    JIRA_URL: url,
    JIRA_EMAIL: credentials['email'] ?? '',
    JIRA_USERNAME: credentials['email'] ?? '',
    JIRA_API_TOKEN: credentials['api'] ?? '',
  }),
  allSeeing,
  events,
  settings,
  describe: (world: World) => ({
    email: administratorOf(world)?.emailAddress,
    projects: world.rows.all(projects, { index: 'state', equals: 'live' }).map(({ key }) => key),
  }),
})

/** The administrator's e-mail address and API token. */
function mint(world: World): Credentials {
  const user = administratorOf(world)
  if (user === undefined) throw new Error('This world has no Jira user to give a token to.')
  const { id } = given.token(world, { user: user.accountId })
  return { email: user.emailAddress, api: id }
}

function administratorOf({ rows }: World) {
  const group = rows.find(groups, 'name', adminGroup)
  const first = group && rows.find(memberships, 'group', group.groupId)
  return first === undefined ? rows.page(users, { limit: 1 })[0] : rows.get(users, first.accountId)
}

function allSeeing(world: World): Caller {
  return {
    account: administratorOf(world)?.accountId ?? 'nobody',
    kind: 'api-token',
    allSeeing: true,
  }
}
