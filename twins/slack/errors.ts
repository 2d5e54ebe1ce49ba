import { json, refuse, text, type Refusal, type Reply } from '../../engine/call.ts'

/** Ends the call with one of Slack's own error codes; `more` goes into the body beside it. */
export function fail(code: string, more: Readonly<Record<string, unknown>> = {}): never {
  return refuse(`slack.${code}`, more)
}

/** Says which arguments are wrong, the way Slack lists them. */
export function failArguments(...problems: string[]): never {
  return fail('invalid_arguments', {
    response_metadata: { messages: problems.map((one) => `[ERROR] ${one}`) },
  })
}

/** What the engine's own refusals are called here. Slack says nearly everything with status 200. */
const codes: Record<string, string> = {
  unauthenticated: 'invalid_auth',
  forbidden: 'no_permission',
  'malformed-body': 'invalid_form_data',
  'unsupported-type': 'invalid_post_type',
  'missing-body': 'invalid_form_data',
  invalid: 'invalid_arguments',
  'not-found': 'channel_not_found',
  conflict: 'name_taken',
  internal: 'internal_error',
}

/** Words a refusal as Slack would. */
export function word(refusal: Refusal): Reply {
  const { kind, detail } = refusal
  if (kind.startsWith('slack.')) return toFailure(kind.slice('slack.'.length), detail)
  switch (kind) {
    case 'limited': {
      const seconds = Math.max(1, Math.ceil(Number(detail['retryAfterMs'] ?? 1000) / 1000))
      return json(429, { ok: false, error: 'ratelimited' }, { 'retry-after': String(seconds) })
    }
    // Slack answers 5xx in outages only (FACTS: outage).
    case 'unavailable':
      return json(503, { ok: false, error: 'service_unavailable' })
    case 'too-large':
      return text(413, '<html><body><h1>413 Request Entity Too Large</h1></body></html>', html)
    case 'no-route':
      return text(404, '<html><body><h1>404 Not Found</h1></body></html>', html)
    case 'no-method':
      return text(405, '<html><body><h1>405 Method Not Allowed</h1></body></html>', html)
    default:
      return toFailure(codes[kind] ?? 'fatal_error', {})
  }
}

const html = 'text/html; charset=utf-8'

function toFailure(error: string, more: Readonly<Record<string, unknown>>): Reply {
  return json(200, { ok: false, error, ...more }, { 'x-slack-failure': error })
}
