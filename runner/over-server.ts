import { serveHttp } from '../fronts/http.ts'
import { createResolver } from '../fronts/resolve.ts'
import { Worlds, type LateCall } from '../fronts/worlds.ts'
import type { PlayGround } from './play-one.ts'
import type { Subject } from './subject/subject.ts'
import { spellTrialId } from './trial-id.ts'

/**
 * Opens a server for trials, where their subject needs one; in the end, closes it and the subject.
 * Whatever runs are played in between share it: a subject that was started once finds its twins in each.
 */
export async function overServer<T>(
  subject: Subject,
  body: (server: PlayGround['server']) => Promise<T>,
): Promise<T> {
  try {
    if (subject.reach === 'fetch') return await body(undefined)
    const worlds = new Worlds({ onLate: (call) => noteLate(subject, call) })
    const server = await serveHttp({ resolve: createResolver(worlds) })
    try {
      return await body({ url: server.url, worlds })
    } finally {
      await server.close()
    }
  } finally {
    await subject.close()
  }
}

/** So many late calls are told one by one. */
const LATE_MAX = 100

/** A call of a trial that has ended reaches no other; its result is out, so it is told with what stood outside all trials. */
function noteLate({ wall }: Subject, { world, method, path }: LateCall): void {
  if (wall === undefined || wall.strays.length >= LATE_MAX) return
  const { seed, plan } = world
  const [, scenario = seed, number = ''] = /^(.*)@([^@]*)$/.exec(seed) ?? []
  const trial = spellTrialId({ scenario, seed: number, plan })
  wall.strays.push({
    how: `late ${method}`,
    target: `${path.replace(/^\/w\/[^/]+/, '')} of ${trial}`,
  })
}
