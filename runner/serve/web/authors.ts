import type { Request } from 'express'
import { note } from '../audit.ts'
import { authorOf } from '../tokens.ts'
import type { Author, Ground } from './ground.ts'
import { Problem } from './problem.ts'
import { RateLimit } from './rate-limit.ts'

/** Finds the author of a request by its token. */
export function createDoor({ database }: Pick<Ground, 'database'>) {
  // Wrong tokens are counted by address: nobody tries many, and the audit log is not flooded.
  const wrong = new RateLimit({ burst: 10, perMinute: 10 })
  const right = new RateLimit({ burst: 120, perMinute: 240 })
  return async (request: Request): Promise<Author> => {
    const address = request.ip ?? ''
    needRoom(wrong.wait(address))
    const [scheme = '', token = '', more] = (request.headers.authorization ?? '').split(' ')
    const isBearer = scheme.toLowerCase() === 'bearer' && more === undefined
    const found = isBearer ? await authorOf(database, token, Date.now()) : undefined
    if (found === undefined) {
      wrong.take(address)
      await database.transaction((sql) =>
        note(sql, { who: `address:${address}`, what: 'token-refused' }),
      )
      throw new Problem(401, 'unauthenticated', { message: 'A token that is open is needed.' })
    }
    needRoom(right.take(found.author))
    return { author: found.author, tokenId: found.id }
  }
}

function needRoom(retryAfter: number): void {
  if (retryAfter === 0) return
  throw new Problem(429, 'too-many', { message: 'Too many requests; wait a little.', retryAfter })
}
