import { json, refuse, text, type Refusal, type Reply } from '../../engine/call.ts'
import type { Exchange } from '../../engine/exchange.ts'
import { mountOf } from './mounts.ts'
import { words } from './words.ts'

/** Ends the call with messages under `errorMessages`. */
export function fail(status: number, ...messages: string[]): never {
  return refuse('jira.messages', { status, messages })
}

/** Ends the call with messages under `errors`, by field. */
export function failFields(errors: Record<string, string>, status = 400): never {
  return refuse('jira.fields', { status, errors })
}

/** The commonest "no": missing and hidden issues read the same (FACTS: issue-404). */
export function noIssue(): never {
  return fail(404, words.issueNotFound)
}

const problemType = 'application/problem+json;charset=UTF-8'

/** Words a refusal as the service would. The letters name the shapes of the fact sheet, section 1.3. */
export function toReply(refusal: Refusal, exchange: Exchange): Reply {
  const known = wordings[refusal.kind]
  if (known !== undefined) return known(refusal.detail, exchange)
  return shapeA(500, `Internal server error (${refusal.kind})`)
}

type Wording = (detail: Refusal['detail'], exchange: Exchange) => Reply

const wordings: Readonly<Record<string, Wording>> = {
  'jira.messages': ({ status, messages }) =>
    json(status as number, { errorMessages: messages, errors: {} }),
  'jira.fields': ({ status, errors, messages }) =>
    json(status as number, { errorMessages: messages ?? [], errors }),
  // c
  'jira.payload': () => json(400, { errorMessages: [words.badPayload] }),
  // d
  'jira.conversion': ({ name, value }, exchange) =>
    problem(
      exchange,
      400,
      'Bad Request',
      `Failed to convert '${String(name)}' with value: '${String(value)}'`,
    ),
  // e
  'jira.gateway': (_, exchange) => gatewayReply(exchange, 'Unauthorized'),
  'jira.scope': (_, exchange) => {
    const reply = gatewayReply(exchange, 'Unauthorized; scope does not match')
    reply.headers['x-failure-category'] = 'FAILURE_CLIENT_SCOPE_CHECK'
    return reply
  },
  'jira.no-site': () =>
    json(404, { code: 404, message: 'Not Found' }, { 'content-type': 'application/json' }),
  // f
  'jira.connect-token': () => text(403, words.connectToken, 'application/json;charset=UTF-8'),
  // h
  'jira.with-status': ({ status, message }) =>
    json(status as number, {
      errorMessages: [message],
      errors: {},
      httpStatusCode: { empty: false, present: true },
    }),
  'jira.edge': () => text(400, '<html><body><h1>Bad request</h1></body></html>', 'text/html'),
  'jira.options': ({ allow }, exchange) => optionsReply(allow as string[], exchange),
  'no-route': (_, exchange) => {
    const { path } = mountOf(exchange)
    if (!path.startsWith('/rest'))
      return text(
        404,
        '<!DOCTYPE html><html><body>Not Found</body></html>',
        'text/html;charset=UTF-8',
      )
    return problem(
      exchange,
      404,
      'Not Found',
      `No endpoint ${exchange.method} ${exchange.pathname}.`,
    )
  },
  'no-method': ({ allow }, exchange) => {
    const reply = problem(
      exchange,
      405,
      'Method Not Allowed',
      `Method '${exchange.method}' is not supported.`,
    )
    reply.headers['allow'] = (allow as string[]).join(', ')
    return reply
  },
  'unsupported-type': (_, exchange) => {
    const sent = exchange.headers['content-type']
    const isGarbage = sent !== undefined && !/^[^\s/]+\/[^\s/;]+/.test(sent)
    const detail = isGarbage
      ? 'Could not parse Content-Type.'
      : `Content-Type '${sent ?? 'null'}' is not supported.`
    const reply = problem(exchange, 415, 'Unsupported Media Type', detail)
    reply.headers['accept'] = 'application/json'
    return reply
  },
  unauthenticated: (_, exchange) => signIn(exchange),
  forbidden: ({ message }, exchange) => {
    const known = (exchange.op?.facts?.['errors'] as Record<string, string> | undefined)?.['403']
    return shapeA(403, (message as string | undefined) ?? known ?? words.notAdmin)
  },
  limited: limitedReply,
  'malformed-body': ({ problem: found }) => {
    const isBlank = (found as { kind?: string } | undefined)?.kind === 'not-utf8'
    return json(400, { errorMessages: [isBlank ? words.badPayload : words.badJson] })
  },
  'missing-body': () => json(400, { errorMessages: [words.noContent] }),
  'too-large': () => shapeA(413, 'The request body is too large.'),
  invalid: ({ problems }) => {
    const first = (problems as { name?: string; message?: string }[] | undefined)?.[0]
    if (first === undefined) return json(400, { errorMessages: [words.badPayload] })
    return shapeA(400, `${first.name ?? 'The request'} ${first.message ?? 'is invalid'}`)
  },
  'not-found': ({ message }) => shapeA(404, (message as string | undefined) ?? words.issueNotFound),
  conflict: ({ message }) =>
    shapeA(409, (message as string | undefined) ?? 'The request conflicts with another one.'),
  unavailable: ({ retryAfterMs }) => {
    const reply = json(503, {
      message: 'Service Unavailable',
      'status-code': 503,
      'stack-trace': '',
    })
    if (typeof retryAfterMs === 'number') reply.headers['retry-after'] = seconds(retryAfterMs)
    return reply
  },
  // i
  internal: () =>
    json(500, { message: 'Internal server error', 'status-code': 500, 'stack-trace': '' }),
}

function shapeA(status: number, message: string): Reply {
  return json(status, { errorMessages: [message], errors: {} })
}

function problem(exchange: Exchange, status: number, title: string, detail: string): Reply {
  const body = { type: 'about:blank', title, status, detail, instance: exchange.pathname }
  return json(status, body, { 'content-type': problemType })
}

function gatewayReply(_exchange: Exchange, message: string): Reply {
  return json(401, { code: 401, message }, { 'content-type': 'application/json' })
}

/** The answer to somebody unknown where only known ones may call (FACTS: sign-in). */
function signIn(exchange: Exchange): Reply {
  const accept = exchange.headers['accept'] ?? ''
  const headers = {
    'www-authenticate': `OAuth realm="${encodeURIComponent(exchange.origin)}"`,
    'x-frame-options': 'SAMEORIGIN',
  }
  if (accept.includes('application/json')) {
    return json(401, { message: words.mustSignIn, 'status-code': 401 }, headers)
  }
  const type = accept === '' ? 'text/plain' : 'text/html;charset=UTF-8'
  return { status: 401, headers: { ...headers, 'content-type': type }, text: words.mustSignIn }
}

function optionsReply(methods: string[], exchange: Exchange): Reply {
  if (exchange.headers['authorization'] === undefined) return signIn(exchange)
  const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(',')
  return {
    status: 200,
    headers: { 'content-type': 'text/html;charset=UTF-8', allow, 'accept-patch': '' },
    text: '',
  }
}

function limitedReply(detail: Refusal['detail'], exchange: Exchange): Reply {
  const waitMs = typeof detail['retryAfterMs'] === 'number' ? detail['retryAfterMs'] : 1000
  const reply = shapeA(429, words.limited)
  reply.headers['retry-after'] = seconds(waitMs)
  reply.headers['x-ratelimit-reset'] = new Date(exchange.at + waitMs).toISOString()
  reply.headers['ratelimit-reason'] = (detail['reason'] as string | undefined) ?? 'jira-burst-based'
  return reply
}

/** Clients read whole seconds only. */
function seconds(ms: number): string {
  return String(Math.max(1, Math.ceil(ms / 1000)))
}
