import { serveHttp } from '../fronts/http.ts'
import { createResolver } from '../fronts/resolve.ts'
import { Worlds } from '../fronts/worlds.ts'
import type { PlayGround } from './play-one.ts'
import type { Subject } from './subject/subject.ts'

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
    const worlds = new Worlds()
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
