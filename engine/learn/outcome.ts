import { isRecord } from '../contract/schema.ts'
import type { Recorded } from './recorded.ts'

const flags = ['ok', 'success', 'succeeded', 'successful']

/**
 * The status that a reply means: services of procedures say no with a success status and `"ok": false`. Found out
 * from the flag alone; which kind of no, from the word beside it.
 */
export function statusMeant(status: number, json: unknown): number {
  if (status >= 300 || !isRecord(json) || !flags.some((name) => json[name] === false)) return status
  const said = json['error'] ?? json['code'] ?? json['message']
  const word = String(isRecord(said) ? (said['code'] ?? said['message'] ?? '') : (said ?? ''))
  if (/not_?found|no_such|unknown_(?!method)|does_?n.t_?exist|not exist/i.test(word)) return 404
  if (/(in|not_?)(valid_)?auth|not_authed|unauthori[sz]ed|token_(expired|revoked)/i.test(word))
    return 401
  if (
    /missing_scope|(no|missing)_permission|forbidden|access_denied|insufficient|not_allowed_token/i.test(
      word,
    )
  )
    return 403
  if (/rate_?limit|too_?many/i.test(word)) return 429
  if (/already|taken|duplicate|conflict|in_use/i.test(word)) return 409
  return 400
}

const meant = new WeakMap<Recorded, Recorded>()

/** An exchange with the status that its reply means; the same object where that is the one it has. */
export function asMeant(recorded: Recorded): Recorded {
  const status = statusMeant(recorded.status, recorded.json)
  if (status === recorded.status) return recorded
  const known = meant.get(recorded)
  if (known !== undefined) return known
  const out = { ...recorded, status }
  meant.set(recorded, out)
  return out
}
