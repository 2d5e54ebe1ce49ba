import type { World } from '../../engine/world.ts'
import { deactivate } from './accounts.ts'
import { logLater, partyOf } from './log.ts'
import { users } from './state.ts'

/** What appointments of the agenda do when their time comes. */
export const effects = {
  /** Ends a deactivation that its caller did not wait for. */
  deactivate(world: World, data: { userId: string }): void {
    const user = world.rows.get(users, data.userId)
    if (user === undefined || user.status === 'DEPROVISIONED') return
    const gone = deactivate(world, world.rows, world.now(), user)
    logLater(world, 'user.lifecycle.deactivate', [partyOf(gone)])
  },
}
