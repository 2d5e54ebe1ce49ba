import express, { type Request, type Response, type Router } from 'express'
import { answerTime } from '../../holdout/feedback/tell-answer.ts'
import { note } from '../audit.ts'
import type { ServeConfig } from '../config.ts'
import { checkRoom, enter, find, type AuthorLimits, type Submission } from '../submissions.ts'
import { takeSubmission } from '../submission/take.ts'
import { SubmissionError } from '../submission/limits.ts'
import { createDoor } from './authors.ts'
import type { Author, Ground } from './ground.ts'
import { Problem } from './problem.ts'

/** Every answer about a ticket has so many characters, whatever it says. */
const TICKET_CHARS = 320
const DEFAULT_ANSWER_EVERY_MS = 5 * 60_000

/** What authors may ask: hand in, and hear of their own. */
export function authorRoutes(ground: Ground): Router {
  const router = express.Router()
  const openDoor = createDoor(ground)
  const uploading = new Set<string>()
  const readJson = express.json({ limit: '8kb', strict: true })

  router.post('/v1/submissions', async (request: Request, response: Response) => {
    const author = await openDoor(request)
    if (uploading.has(author.author)) {
      throw new Problem(429, 'too-many', { message: 'One at a time.', retryAfter: 1 })
    }
    uploading.add(author.author)
    try {
      if (request.is('json')) await parse(readJson, request, response)
      const ticket = await submit(ground, author, request)
      response.status(202)
      sendTicket(response, { ticket, state: 'waiting', answer: null })
    } finally {
      uploading.delete(author.author)
    }
  })

  router.get('/v1/submissions/:ticket', async (request, response) => {
    const { author } = await openDoor(request)
    const { ticket } = request.params
    const found = /^[0-9a-f]{32}$/.test(ticket) ? await find(ground.database, ticket) : undefined
    if (found === undefined || found.author !== author) {
      throw new Problem(404, 'not-found', { message: 'You have no such ticket.' })
    }
    sendTicket(response, told(found, ground.config))
  })
  return router
}

/** What an author is told of a ticket, and all of it. */
interface TicketAnswer {
  ticket: string
  /** Whether it is being scored just now would tell how long cases take. */
  state: 'waiting' | 'answered'
  answer: object | null
}

/** An answer is told at a few moments only: how long a scoring took is none of an author's business. */
function told(
  { ticket, created, finished, answer }: Submission,
  { answerEveryMs = DEFAULT_ANSWER_EVERY_MS }: ServeConfig,
): TicketAnswer {
  const isTime =
    finished !== null && Date.now() >= created + answerTime(finished - created, answerEveryMs)
  if (!isTime) return { ticket, state: 'waiting', answer: null }
  const { verdict, score, questionsLeft } = JSON.parse(answer!) as Record<string, unknown>
  const rounded = typeof score === 'number' ? Math.round(score * 10_000) / 10_000 : null
  return { ticket, state: 'answered', answer: { verdict, score: rounded, questionsLeft } }
}

function sendTicket(response: Response, answer: TicketAnswer): void {
  response.type('application/json').send(JSON.stringify(answer).padEnd(TICKET_CHARS))
}

async function submit(
  ground: Ground,
  { author, tokenId }: Author,
  request: Request,
): Promise<string> {
  const { database, config } = ground
  const limits = limitsOf(config)
  try {
    // Before anything is read; it is asked again when all is there.
    await checkRoom(database, author, { limits, now: Date.now() })
    const taken = await takeSubmission(request, ground)
    const { ticket, source, digest } = taken
    try {
      await enter(database, { ticket, author, source, digest, created: Date.now() }, limits)
    } catch (error) {
      await taken.discard()
      throw error
    }
    ground.onSubmission()
    return ticket
  } catch (error) {
    if (error instanceof SubmissionError && error.status !== 429) {
      const detail = { tokenId, reason: error.message.slice(0, 200) }
      const entry = { who: `author:${author}`, what: 'submission-refused', detail } as const
      await database.transaction((sql) => note(sql, entry))
    }
    throw error
  }
}

function limitsOf({ limits = {} }: ServeConfig): AuthorLimits {
  const { waiting = 3, perDay = 20 } = limits
  return { waiting, perDay }
}

function parse(
  parser: ReturnType<typeof express.json>,
  request: Request,
  response: Response,
): Promise<void> {
  return new Promise((resolve, reject) => {
    parser(request, response, (error?: unknown) => {
      if (error === undefined) resolve()
      else reject(error as Error)
    })
  })
}
