/** How the System Log words a type of event: message, the older name, severity. */
export interface LogType {
  message: string
  legacy: string | null
  severity: 'INFO' | 'WARN'
}

function info(message: string, legacy: string | null = null): LogType {
  return { message, legacy, severity: 'INFO' }
}

// FACTS: log-types. Messages and older names where a recorded event shows them; the others are ours.
export const logTypes = {
  'user.lifecycle.create': info('Create okta user', 'core.user.config.user_creation.success'),
  'user.lifecycle.activate': info('Activate Okta user', 'core.user.config.user_activated'),
  'user.lifecycle.reactivate': info('Reactivate Okta user'),
  'user.lifecycle.deactivate': info('Deactivate Okta User', 'core.user.config.user_deactivated'),
  'user.lifecycle.suspend': info('Suspend Okta user'),
  'user.lifecycle.unsuspend': info('Unsuspend Okta user'),
  'user.lifecycle.delete.initiated': info('Delete Okta user initiated'),
  'user.lifecycle.delete.completed': info('Delete Okta user completed'),
  'user.account.update_profile': info('Update user profile for Okta'),
  'user.account.update_user_type': info('Update user type for Okta'),
  'user.account.update_password': info(
    'User update password for Okta',
    'core.user.config.password_update.success',
  ),
  'user.account.reset_password': info(
    "Fired when the user's Okta password is reset",
    'core.user.config.user_status.password_reset',
  ),
  'user.account.expire_password': info("User's Okta password is expired"),
  'user.account.unlock_by_admin': info('Unlock Okta user by an administrator'),
  'user.session.start': info('User login to Okta', 'core.user_auth.login_success'),
  'user.session.end': info('User logout from Okta', 'core.user_auth.logout_success'),
  'user.session.clear': info('Clear user session'),
  'user.mfa.factor.reset_all': info('Reset all factors for user', 'core.user.factor.reset_all'),
  'group.lifecycle.create': info('Create Okta group'),
  'group.lifecycle.delete': info('Delete Okta group'),
  'group.profile.update': info('Update Okta group profile'),
  'group.user_membership.add': info(
    'Add user to group membership',
    'core.user_group_member.user_add',
  ),
  'group.user_membership.remove': info(
    'Remove user from group membership',
    'core.user_group_member.user_remove',
  ),
} as const satisfies Record<string, LogType>

export type LogTypeName = keyof typeof logTypes
