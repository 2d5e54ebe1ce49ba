import { contractFile } from '../../engine/contract/load.ts'
import type { Caller } from '../../engine/auth.ts'
import { behave } from '../../engine/stages/behave.ts'
import { authenticate as authenticateStage } from '../../engine/stages/authenticate.ts'
import { faultBefore } from '../../engine/stages/fault-before.ts'
import { limit } from '../../engine/stages/limit.ts'
import { match } from '../../engine/stages/match.ts'
import { readInput } from '../../engine/stages/read-input.ts'
import { defineTwin, type Credentials } from '../../engine/twin.ts'
import type { World } from '../../engine/world.ts'
import { customAttributes } from './attributes.ts'
import { authenticate } from './auth.ts'
import { authorizationServerBehaviors } from './behavior/authorization-server.ts'
import { authorizeBehaviors } from './behavior/authorize.ts'
import { credentialBehaviors } from './behavior/credentials.ts'
import { eventHookBehaviors } from './behavior/event-hooks.ts'
import { groupBehaviors } from './behavior/groups.ts'
import { lifecycleBehaviors } from './behavior/lifecycle.ts'
import { listUserBehaviors } from './behavior/list-users.ts'
import { logBehaviors } from './behavior/logs.ts'
import { memberBehaviors } from './behavior/members.ts'
import { sessionBehaviors } from './behavior/sessions.ts'
import { tokenBehaviors } from './behavior/token.ts'
import { typeBehaviors } from './behavior/types.ts'
import { userBehaviors } from './behavior/users.ts'
import { checkAccept, checkUnbehaved } from './check.ts'
import { checked } from './checked.ts'
import { effects } from './effects.ts'
import { word } from './errors.ts'
import { events } from './events.ts'
import { administratorOf, given, mintToken } from './given.ts'
import { stamp } from './headers.ts'
import { limitOf } from './limits.ts'
import { seed } from './seed.ts'
import { settings } from './settings.ts'
import {
  authorizationCodes,
  eventHooks,
  groups,
  logs,
  memberships,
  oauthClients,
  org,
  orgFacts,
  sessions,
  sessionTokens,
  signingKeys,
  users,
} from './state.ts'

/** Okta: the org https://acme.okta.com. */
export const okta = defineTwin({
  name: 'okta',
  hosts: [org.host, '*.okta.com', '*.oktapreview.com', '*.okta-emea.com'],
  origin: org.origin,
  contract: contractFile(new URL('./contract.json', import.meta.url)),
  tables: [
    users,
    groups,
    memberships,
    sessions,
    sessionTokens,
    logs,
    orgFacts,
    customAttributes,
    eventHooks,
    oauthClients,
    authorizationCodes,
    signingKeys,
  ],
  behaviors: {
    ...userBehaviors,
    ...listUserBehaviors,
    ...lifecycleBehaviors,
    ...credentialBehaviors,
    ...groupBehaviors,
    ...memberBehaviors,
    ...sessionBehaviors,
    ...logBehaviors,
    ...typeBehaviors,
    ...eventHookBehaviors,
    ...authorizationServerBehaviors,
    ...authorizeBehaviors,
    ...tokenBehaviors,
  },
  checked,
  routes: { collapseSlashes: true },
  before: [
    match,
    checkAccept,
    authenticateStage,
    limit,
    readInput,
    checkUnbehaved, // what is behaved words its own complaints
    faultBefore,
    behave,
  ],
  auth: authenticate,
  limits: limitOf,
  errors: word,
  stamp,
  seed,
  given,
  mint,
  clientEnv,
  describe: (_world: World, url: string) => ({ orgUrl: url }),
  allSeeing,
  effects,
  events,
  settings,
})

/** By these the official clients find it; all but two are for those that refuse `http:`, each in its own spelling. */
function clientEnv(url: string, credentials: Credentials): Record<string, string> {
  return {
    OKTA_CLIENT_ORGURL: url,
    OKTA_CLIENT_TOKEN: credentials['api'] ?? '',
    // Node and Java; Go; Python up to version 2; Python from version 3.
    OKTA_TESTING_DISABLEHTTPSCHECK: 'true',
    OKTA_TESTING_DISABLE_HTTPS_CHECK: 'true',
    OKTA_TESTING_TESTINGDISABLEHTTPSCHECK: 'true',
    OKTA_TESTING_TESTING_DISABLE_HTTPS_CHECK: 'true',
  }
}

/** Ada's API token. */
function mint(world: World): Credentials {
  return { api: mintToken(world, administratorOf(world), undefined, undefined).id }
}

function allSeeing(world: World): Caller {
  return { account: administratorOf(world).id, kind: 'ssws', allSeeing: true }
}
