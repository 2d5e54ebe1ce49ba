import express, { type Express } from 'express'
import { authorRoutes } from './author-routes.ts'
import type { Ground } from './ground.ts'
import { managerRoutes } from './manager-routes.ts'
import { openApi } from './openapi.ts'
import { Problem, tellProblems } from './problem.ts'
import { secure } from './security-headers.ts'

/** The service as an Express application. */
export function createApp(ground: Ground): Express {
  const app = express()
  app.disable('x-powered-by')
  // The length of an answer says nothing; a tag of its bytes would.
  app.disable('etag')
  app.set('query parser', 'simple')
  app.set('trust proxy', ground.config.behindProxy === true ? 1 : false)
  app.use(secure(ground.url.startsWith('https:')))
  app.get('/openapi.json', (_request, response) => {
    response.json(openApi)
  })
  app.get('/healthz', async (_request, response) => {
    await ground.database.all('SELECT 1 AS one')
    response.json({ status: 'ok' })
  })
  app.use(authorRoutes(ground))
  app.use(managerRoutes(ground))
  app.use(() => {
    throw new Problem(404, 'not-found', { message: 'There is nothing here.' })
  })
  app.use(tellProblems(ground.onError))
  return app
}
