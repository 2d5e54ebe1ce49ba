import type { NextFunction, Request, Response } from 'express'
import { SubmissionError } from '../submission/limits.ts'

/** A "no" of the service, as whoever asked is told. */
export class Problem extends Error {
  override name = 'Problem'
  /** Of HTTP. */
  readonly status: number
  readonly code: string
  readonly retryAfter: number | undefined

  constructor(
    status: number,
    code: string,
    { message, retryAfter }: { message: string; retryAfter?: number },
  ) {
    super(message)
    this.status = status
    this.code = code
    this.retryAfter = retryAfter
  }
}

/** The last handler: words a "no", and tells of our own failures nothing but that there was one. */
export function tellProblems(onError: (error: unknown) => void) {
  // Express knows an error handler by its four parameters.
  return (error: unknown, _request: Request, response: Response, _next: NextFunction): void => {
    const problem = toProblem(error)
    if (problem.status >= 500 && problem.code === 'failed') onError(error)
    if (response.headersSent) {
      response.destroy()
      return
    }
    const { status, code, message, retryAfter } = problem
    if (retryAfter !== undefined) response.set('retry-after', String(retryAfter))
    if (status === 401) response.set('www-authenticate', 'Bearer realm="backlot"')
    // What is still being sent is not read to its end.
    if (status === 413) response.set('connection', 'close')
    response.status(status).json({ error: { code, message } })
  }
}

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof SubmissionError) {
    const code = error.status === 429 ? 'too-many' : error.status === 413 ? 'too-large' : 'refused'
    return new Problem(error.status, code, { message: error.message })
  }
  const { status, type } = (error ?? {}) as { status?: unknown; type?: unknown }
  // What Express and its parsers throw at a request that is none.
  if (status === 413) return new Problem(413, 'too-large', { message: 'The body is too large.' })
  if (typeof status === 'number' && status >= 400 && status < 500) {
    const message = type === 'entity.parse.failed' ? 'The body is no JSON.' : 'This is no request.'
    return new Problem(400, 'malformed', { message })
  }
  return new Problem(500, 'failed', { message: 'The service failed; this is our mistake.' })
}
