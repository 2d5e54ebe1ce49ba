import { contractFile } from '../../engine/contract/load.ts'
import { behave } from '../../engine/stages/behave.ts'
import { conform } from '../../engine/stages/conform.ts'
import { faultAfter } from '../../engine/stages/fault-after.ts'
import { faultBefore } from '../../engine/stages/fault-before.ts'
import { limit } from '../../engine/stages/limit.ts'
import { stamp } from '../../engine/stages/stamp.ts'
import { defineTwin } from '../../engine/twin.ts'
import { readArguments, requireArguments } from './arguments.ts'
import { findCaller, requireScope, revokedAs } from './auth.ts'
import { admin } from './behavior/admin.ts'
import { auth } from './behavior/auth.ts'
import { chat } from './behavior/chat.ts'
import { conversations } from './behavior/conversations.ts'
import { direct } from './behavior/direct.ts'
import { history } from './behavior/history.ts'
import { lists } from './behavior/lists.ts'
import { membership } from './behavior/membership.ts'
import { profile } from './behavior/profile.ts'
import { reactions } from './behavior/reactions.ts'
import { retired } from './behavior/retired.ts'
import { postScheduled, scheduling } from './behavior/scheduled.ts'
import { people } from './behavior/users.ts'
import { checked } from './checked.ts'
import { word } from './errors.ts'
import { events } from './events.ts'
import { given } from './given.ts'
import { stampHeaders } from './headers.ts'
import { limitFor } from './limits.ts'
import { matchMethod, methodOf } from './method.ts'
import { allSeeing, clientEnv, describe, mint, seed } from './seed.ts'
import { settings } from './settings.ts'
import { spell } from './spelling.ts'
import { tables } from './state.ts'
import { addWarnings } from './warnings.ts'

/** Slack: the Web API and the Events API. */
export const slack = defineTwin({
  name: 'slack',
  hosts: ['slack.com', 'www.slack.com', 'slack-gov.com'],
  origin: 'https://slack.com',
  contract: contractFile(new URL('./contract.json', import.meta.url)),
  tables,
  behaviors: {
    ...auth,
    ...people,
    ...profile,
    ...conversations,
    ...membership,
    ...direct,
    ...lists,
    ...history,
    ...chat,
    ...scheduling,
    ...reactions,
    ...admin,
    ...retired,
  },
  checked,
  // Slack looks at the request's shape before the token, and at the arguments last of all.
  before: [
    matchMethod,
    readArguments,
    findCaller,
    limit,
    requireScope,
    requireArguments,
    faultBefore,
    behave,
  ],
  after: [addWarnings, conform, stamp, faultAfter],
  limits: limitFor,
  errors: word,
  stamp: stampHeaders,
  writes: (op) => !methodOf(op).reads,
  stringify: spell,
  jsonType: 'application/json; charset=utf-8',
  seed,
  given,
  mint,
  clientEnv,
  allSeeing,
  revokedAs,
  effects: { postScheduled },
  events,
  settings,
  describe,
})
