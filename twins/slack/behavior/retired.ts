import type { Behavior } from '../../../engine/exchange.ts'
import { fail } from '../errors.ts'

const families: Record<string, string> = {
  'apps.permissions': 'info request resources.list scopes.list users.list users.request',
  channels:
    'archive create history info invite join kick leave list mark rename replies setPurpose setTopic unarchive',
  groups:
    'archive create createChild history info invite kick leave list mark open rename replies setPurpose setTopic unarchive',
  im: 'close history list mark open replies',
  mpim: 'close history list mark open replies',
  files: 'upload',
  oauth: 'token',
  rtm: 'start',
  workflows: 'stepCompleted stepFailed updateStep',
}

/** What Slack has switched off answers one thing only (FACTS: retired). */
export const retired: Record<string, Behavior> = Object.fromEntries(
  Object.entries(families).flatMap(([family, words]) =>
    words.split(' ').map((word) => [`${family}.${word}`, () => fail('method_deprecated')]),
  ),
)
