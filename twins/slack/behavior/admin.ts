import { json } from '../../../engine/call.ts'
import type { Behavior } from '../../../engine/exchange.ts'
import { text } from '../arguments.ts'
import { fail } from '../errors.ts'
import { deactivate } from '../people.ts'
import { users } from '../state.ts'
import { teamOf } from '../views.ts'

export const admin: Record<string, Behavior> = {
  /** Only an organisation on the Enterprise plan has the admin methods (FACTS: admin). */
  'admin.users.remove': ({ world, rows, args, who }) => {
    if (world.setting('slack', 'hasAdminApi') !== true) return fail('feature_not_enabled')
    if (rows.get(users, who.account)?.is_admin !== true) return fail('invalid_permissions')
    if (text(args, 'team_id') !== teamOf(rows).id) return fail('team_not_found')
    const user = rows.get(users, text(args, 'user_id') ?? '')
    if (user === undefined) return fail('user_not_found')
    if (user.deleted) return fail('user_already_deleted')
    if (user.is_primary_owner) return fail('cannot_modify_primary_owner')
    deactivate(world, user.id)
    return json(200, { ok: true })
  },
}
