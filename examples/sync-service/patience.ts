import { setTimeout as wait } from 'node:timers/promises'
import { isRateLimitError } from 'jira.js'

const ATTEMPTS = 6
const WAIT_MS = 1000

/**
 * Does something again when Jira says "not now": its client gives up at once, while Slack's comes
 * back by itself. Only for refusals that say that nothing happened.
 */
export async function patiently<T>(act: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act()
    } catch (error) {
      if (!isRateLimitError(error) || attempt === ATTEMPTS) throw error
      await wait(WAIT_MS)
    }
  }
}
