import { readVersion } from '../../version.ts'
import { schemas } from './openapi-schemas.ts'

type Part = Readonly<Record<string, unknown>>

const json = (schema: string): Part => ({
  'application/json': { schema: { $ref: `#/components/schemas/${schema}` } },
})

const answers: Readonly<Record<string, string>> = {
  400: 'This is no request.',
  401: 'Nobody is known by what was sent.',
  403: 'It is refused.',
  404: 'There is nothing here, or nothing of yours.',
  413: 'It is too large.',
  415: 'It is neither an archive nor JSON.',
  422: 'What was submitted can not be scored; the message says why.',
  429: 'Too many; `retry-after` says in how many seconds, where that is known.',
  500: 'The service failed.',
  501: 'The service is not set up for this.',
  502: 'The identity provider can not be reached.',
}

/** Every call may meet a failure of ours. */
function problems(...statuses: number[]): Part {
  return Object.fromEntries(
    [...statuses, 500].map((status) => [
      status,
      { description: answers[status], content: json('Problem') },
    ]),
  )
}

const ticket = {
  name: 'ticket',
  in: 'path',
  required: true,
  schema: { type: 'string', pattern: '^[0-9a-f]{32}$' },
}
const html = { 'text/html': { schema: { type: 'string' } } }
const redirect = {
  description: 'Onwards.',
  headers: { location: { schema: { type: 'string' } } },
}
const author = [{ token: [] }]
const manager = [{ session: [] }]

/** The OpenAPI document of the service; a test holds every route and answer against it. */
export const openApi = {
  openapi: '3.1.0',
  info: {
    title: 'Backlot scoring service',
    version: readVersion(),
    description: 'Scores subjects on sealed cases, and tells their authors little.',
    license: { name: 'MIT', identifier: 'MIT' },
  },
  paths: {
    '/openapi.json': {
      get: {
        operationId: 'getOpenApi',
        summary: 'This document',
        security: [],
        responses: {
          200: {
            description: 'OpenAPI 3.1.',
            content: { 'application/json': { schema: { type: 'object' } } },
          },
          ...problems(),
        },
      },
    },
    '/healthz': {
      get: {
        operationId: 'getHealth',
        summary: 'Whether the service and its database are there',
        security: [],
        responses: {
          200: { description: 'They are.', content: json('Health') },
          ...problems(),
        },
      },
    },
    '/v1/submissions': {
      post: {
        operationId: 'submit',
        summary:
          'Hands in a subject: a .tar.gz, a commit of a repository or an image that the service knows',
        security: author,
        requestBody: {
          required: true,
          content: {
            'application/gzip': { schema: { type: 'string', contentEncoding: 'binary' } },
            ...json('Named'),
          },
        },
        responses: {
          202: { description: 'It waits.', content: json('Ticket') },
          ...problems(400, 401, 413, 415, 422, 429, 501),
        },
      },
    },
    '/v1/submissions/{ticket}': {
      get: {
        operationId: 'getSubmission',
        summary: 'What the author of a ticket is told: always as many bytes',
        security: author,
        parameters: [ticket],
        responses: {
          200: {
            description: 'The state, and the answer once there is one.',
            content: json('Ticket'),
          },
          ...problems(401, 404, 429),
        },
      },
    },
    '/': {
      get: {
        operationId: 'getOverview',
        summary: 'The page of release managers; a link to the log-in for others',
        security: [{}, ...manager],
        responses: { 200: { description: 'A page.', content: html }, ...problems() },
      },
    },
    '/login': {
      get: {
        operationId: 'logIn',
        summary: 'To the identity provider',
        security: [],
        responses: { 302: redirect, ...problems(429, 501, 502) },
      },
    },
    '/login/callback': {
      get: {
        operationId: 'finishLogIn',
        summary: 'Back from the identity provider',
        security: [],
        parameters: ['code', 'state', 'error'].map((name) => ({
          name,
          in: 'query',
          schema: { type: 'string' },
        })),
        responses: { 303: redirect, ...problems(403, 429, 501, 502) },
      },
    },
    '/logout': {
      post: {
        operationId: 'logOut',
        summary: 'Ends the session',
        security: manager,
        requestBody: {
          required: true,
          content: {
            'application/x-www-form-urlencoded': {
              schema: {
                type: 'object',
                properties: { csrf: { type: 'string' } },
                required: ['csrf'],
              },
            },
          },
        },
        responses: { 303: redirect, ...problems(400, 401, 403, 413) },
      },
    },
    '/releases/{ticket}': {
      get: {
        operationId: 'getReleasePage',
        summary: 'The page of one scoring',
        security: manager,
        parameters: [ticket],
        responses: { 200: { description: 'A page.', content: html }, ...problems(401, 404) },
      },
    },
    '/v1/release': {
      get: {
        operationId: 'getRelease',
        summary: 'All that release managers decide by',
        security: manager,
        responses: {
          200: { description: 'Everything but trials.', content: json('Release') },
          ...problems(401),
        },
      },
    },
    '/v1/release/submissions/{ticket}': {
      get: {
        operationId: 'getScoring',
        summary: 'One scoring, with every trial',
        security: manager,
        parameters: [ticket],
        responses: {
          200: { description: 'The scoring.', content: json('Scoring') },
          ...problems(401, 404),
        },
      },
    },
  },
  components: {
    securitySchemes: {
      token: {
        type: 'http',
        scheme: 'bearer',
        description: 'Of an author; backlot serve token add issues it.',
      },
      session: { type: 'apiKey', in: 'cookie', name: '__Host-backlot-session' },
    },
    schemas,
  },
} as const
