import express, { type Request, type Response, type Router } from 'express'
import { note, type AuditEntry } from '../audit.ts'
import { fullScoring, releaseData } from '../release-data.ts'
import { releasePage } from '../release-page.ts'
import { closeSession, findSession, isSame, openSession, SESSION_MS } from '../login/sessions.ts'
import type { Login } from '../login/login.ts'
import type { Manager } from '../login/sessions.ts'
import type { Ground } from './ground.ts'
import { overviewPage, welcomePage } from './pages.ts'
import { Problem } from './problem.ts'
import { RateLimit } from './rate-limit.ts'

// `__Host-`: set by this host alone, over https or on this machine, for all of its paths (RFC 6265bis 4.1.3).
const sessionCookie = '__Host-backlot-session'
const flowCookie = '__Host-backlot-login'
const cookie = { httpOnly: true, secure: true, path: '/' } as const

/** What release managers see, once the identity provider said who they are. */
export function managerRoutes(ground: Ground): Router {
  const { database, rules } = ground
  const router = express.Router()
  const needManager = (request: Request): Promise<Manager> => managerOf(ground, request)
  const write = (entry: AuditEntry): Promise<void> =>
    database.transaction((sql) => note(sql, entry))

  addLogin(router, ground, write)

  router.get('/', async (request, response) => {
    const secret = cookieOf(request, sessionCookie)
    const manager = await findSession(database, secret, Date.now())
    const nonce = response.locals['nonce'] as string
    if (manager === undefined) {
      response.type('html').send(welcomePage({ nonce, canLogIn: ground.login !== undefined }))
      return
    }
    const data = await releaseData(database, rules)
    response.type('html').send(overviewPage(data, { manager, nonce }))
  })

  router.get('/releases/:ticket', async (request, response) => {
    const { subject } = await needManager(request)
    const { ticket } = request.params
    const page = await releasePage(database, rules, { ticket, now: new Date() })
    if (page === undefined) throw noScoring()
    await write({ who: `manager:${subject}`, what: 'score-read', on: ticket })
    // The page says itself what may run in it, by hashes of its style and script.
    response.set('content-security-policy', "frame-ancestors 'none'; form-action 'none'")
    response.type('html').send(page)
  })

  router.get('/v1/release', async (request, response) => {
    await needManager(request)
    response.json(await releaseData(database, rules))
  })

  router.get('/v1/release/submissions/:ticket', async (request, response) => {
    const { subject } = await needManager(request)
    const { ticket } = request.params
    const found = await fullScoring(database, rules, ticket)
    if (found === undefined) throw noScoring()
    await write({ who: `manager:${subject}`, what: 'score-read', on: ticket })
    response.json(found)
  })

  router.post(
    '/logout',
    express.urlencoded({ extended: false, limit: '4kb' }),
    async (request: Request, response: Response) => {
      const { subject, csrf } = await needManager(request)
      const { csrf: sent } = (request.body ?? {}) as { csrf?: unknown }
      if (!isSame(sent, csrf)) {
        throw new Problem(403, 'forged', { message: 'This form is not from here.' })
      }
      await closeSession(database, cookieOf(request, sessionCookie)!)
      await write({ who: `manager:${subject}`, what: 'manager-logged-out' })
      response.clearCookie(sessionCookie, { ...cookie, sameSite: 'lax' }).redirect(303, '/')
    },
  )
  return router
}

function addLogin(
  router: Router,
  ground: Ground,
  write: (entry: AuditEntry) => Promise<void>,
): void {
  const { database } = ground
  const tries = new RateLimit({ burst: 60, perMinute: 60 })
  const needLogin = (request: Request): Login => {
    const retryAfter = tries.take(request.ip ?? '')
    if (retryAfter > 0) {
      const message = 'Too many log-ins; wait a little.'
      throw new Problem(429, 'too-many', { message, retryAfter })
    }
    if (ground.login !== undefined) return ground.login
    throw new Problem(501, 'no-login', { message: 'The service is set up without a log-in.' })
  }

  router.get('/login', async (request, response) => {
    const { to, kept } = await needLogin(request).leave()
    // Lax: the way back comes from the identity provider's site.
    const options = { ...cookie, sameSite: 'lax', maxAge: 600_000 } as const
    response.cookie(flowCookie, kept, options).redirect(302, to)
  })

  router.get('/login/callback', async (request, response) => {
    const login = needLogin(request)
    response.clearCookie(flowCookie, { ...cookie, sameSite: 'lax' })
    const visitor = await login.arrive(request.query, cookieOf(request, flowCookie))
    const who = `manager:${visitor.subject}`
    if (!visitor.isManager) {
      await write({ who, what: 'manager-refused' })
      throw new Problem(403, 'no-manager', { message: 'You are no release manager here.' })
    }
    const secret = await openSession(database, visitor, Date.now())
    await write({ who, what: 'manager-logged-in', detail: { name: visitor.name } })
    const options = { ...cookie, sameSite: 'lax', maxAge: SESSION_MS } as const
    response.cookie(sessionCookie, secret, options).redirect(303, '/')
  })
}

function noScoring(): Problem {
  return new Problem(404, 'not-found', { message: 'There is no scoring of this ticket.' })
}

async function managerOf({ database }: Ground, request: Request): Promise<Manager> {
  const manager = await findSession(database, cookieOf(request, sessionCookie), Date.now())
  if (manager !== undefined) return manager
  throw new Problem(401, 'unauthenticated', { message: 'Log in at /login.' })
}

function cookieOf(request: Request, name: string): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const at = part.indexOf('=')
    // What we set needs no decoding: base64url, and the dots of a JWE.
    if (part.slice(0, at).trim() === name) return part.slice(at + 1).trim()
  }
  return undefined
}
