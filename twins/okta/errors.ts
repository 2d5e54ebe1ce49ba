import { json, type Refusal, type Reply } from '../../engine/call.ts'
import type { Problem } from '../../engine/contract/problem.ts'
import type { Exchange } from '../../engine/exchange.ts'
import list from './error-codes.json' with { type: 'json' }
import { newToken } from './ids.ts'
import { insufficientScope, invalidToken } from './auth.ts'

/** Status and summary of every error code that Okta publishes. */
const codes = new Map(
  (list as [string, number, string][]).map(([code, status, summary]) => [
    code,
    { status, summary },
  ]),
)

/**
 * What a refusal of our own kinds (`okta.E0000038`) may carry: what stands for `{0}` in the
 * summary, the causes, and where a real org answered otherwise than the catalogue, that.
 */
interface Detail {
  object?: string
  causes?: readonly string[]
  status?: number
  summary?: string
}

/** Words a refusal as Okta would. */
export function word(refusal: Refusal, exchange: Exchange): Reply {
  const { kind, detail } = refusal
  if (kind.startsWith('okta.')) return error(exchange, kind.slice('okta.'.length), detail)
  switch (kind) {
    case 'no-route':
      return error(exchange, 'E0000008')
    case 'no-method':
      return error(exchange, 'E0000022')
    case 'unauthenticated':
      if (exchange.op?.id === 'userinfoCustomAS') return invalidToken(exchange)
      return detail['reason'] === 'no-session'
        ? error(exchange, 'E0000005')
        : error(exchange, 'E0000011')
    case 'forbidden':
      return detail['reason'] === 'scope'
        ? insufficientScope(exchange)
        : error(exchange, 'E0000006')
    case 'limited':
      return error(exchange, 'E0000047')
    case 'malformed-body':
    case 'missing-body':
      return error(exchange, 'E0000003')
    case 'unsupported-type':
      return error(exchange, 'E0000021')
    case 'too-large':
      return error(exchange, 'E0000003', { status: 413 })
    case 'invalid':
      return error(exchange, 'E0000001', invalid((detail['problems'] ?? []) as Problem[]))
    case 'not-found':
      return error(exchange, 'E0000007', { object: notFound(exchange, detail) })
    case 'conflict':
      return error(exchange, 'E0000195', { object: String(detail['reason'] ?? 'conflict') })
    case 'unavailable':
      return error(exchange, 'E0000181')
    default:
      return error(exchange, 'E0000009')
  }
}

function error(exchange: Exchange, errorCode: string, detail: Detail = {}): Reply {
  const known = codes.get(errorCode) ?? { status: 500, summary: 'Internal Server Error' }
  const template = detail.summary ?? known.summary
  return json(detail.status ?? known.status, {
    errorCode,
    errorSummary: detail.object === undefined ? template : template.replace('{0}', detail.object),
    errorLink: errorCode,
    errorId: `oae${newToken(exchange.world, 22)}`,
    errorCauses: (detail.causes ?? []).map((errorSummary) => ({ errorSummary })),
  })
}

/** FACTS: not-found. The entity's class stands in the summary; the operation's own where the refusal names none. */
function notFound(exchange: Exchange, detail: Readonly<Record<string, unknown>>): string {
  const { op, path } = exchange
  const id = detail['id'] ?? Object.values(path).at(-1) ?? ''
  const entity = detail['entity'] ?? op?.facts?.['notFoundEntity'] ?? op?.tags?.[0] ?? 'Resource'
  return `Resource not found: ${String(id)} (${String(entity)})`
}

/** One cause per bad field, named by the first. For operations that only the contract checks. */
function invalid(problems: readonly Problem[]): Detail {
  const causes = problems.map(({ name, rule }) =>
    rule === 'required'
      ? `${name ?? 'body'}: The field cannot be left blank`
      : 'The field has an invalid value',
  )
  return { object: problems[0]?.name ?? 'request', causes }
}
