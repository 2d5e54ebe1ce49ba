import type { Rows } from '../../engine/rows.ts'
import { fail } from './errors.ts'
import { channels } from './state.ts'
import type { Conversation } from './wire.ts'

const reserved = new Set([
  'all',
  'archive',
  'archived',
  'archives',
  'channel',
  'channels',
  'create',
  'delete',
  'deleted-channel',
  'edit',
  'everyone',
  'group',
  'groups',
  'here',
  'me',
  'ms',
  'slack',
  'slackbot',
  'today',
  'you',
])

/**
 * A channel's name by Slack's rules: 80 characters at most, lower-case letters of any script, digits,
 * hyphen and underscore, and no other channel's name, archived and private ones included.
 */
export function needFreeName(rows: Rows, name: string, own?: Conversation): string {
  if (name === '') return fail('invalid_name_required')
  if ([...name].length > 80) return fail('invalid_name_maxlength')
  if (/^[\p{P}_-]+$/u.test(name)) return fail('invalid_name_punctuation')
  if (!/^[\p{Ll}\p{Lo}\p{Lm}\p{M}\p{N}_-]+$/u.test(name)) return fail('invalid_name_specials')
  if (reserved.has(name)) return fail('name_taken')
  const holder = rows.find(channels, 'name', [name])
  if (holder !== undefined && holder.id !== own?.id) return fail('name_taken')
  return name
}
