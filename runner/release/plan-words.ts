import { readPlanText } from '../faults/language.ts'

/**
 * What a fault plan does to a service, as the middle of a sentence that begins with "When"; `services`
 * are the twins that it struck. A plan from a file, or one that nobody gave words, is told by its name.
 */
export function tellPlan(plan: string, services: readonly string[]): string {
  const who = services.length === 0 ? 'a service' : listWords(services.map(titleOf), 'or')
  const clauses = partsOf(plan).map((name) => clauseOf[name]?.(who))
  if (clauses.length > 0 && clauses.every((one) => one !== undefined)) {
    return listWords([...new Set(clauses)], 'and')
  }
  return `the plan “${plan}” strikes ${who}`
}

/** `Slack` of `slack`. */
export function titleOf(twin: string): string {
  return twin === '' ? 'an unknown service' : twin[0]!.toUpperCase() + twin.slice(1)
}

/** `a`, `a or b`, `a, b or c`. */
export function listWords(words: readonly string[], last: 'and' | 'or'): string {
  if (words.length < 2) return words[0] ?? ''
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`
}

/** Names of a plan's parts; none where it is not of the language (a result of a later version). */
function partsOf(plan: string): string[] {
  try {
    return readPlanText(plan).map((part) => ('file' in part ? '' : part.term.plan))
  } catch {
    return []
  }
}

/** Every named plan of `runner/faults`; a test holds the two together. */
const clauseOf: Readonly<Record<string, (who: string) => string>> = {
  'rate-limited': (who) => `${who} says “too many requests”`,
  flaky: (who) => `${who} is briefly unavailable`,
  slow: (who) => `${who} answers late`,
  'lost-after-write': (who) => `${who} loses the answer to a write`,
  'gateway-timeout': (who) => `a proxy before ${who} gives up on a write that happened`,
  'server-error': (who) => `${who} fails inside`,
  'stale-reads': (who) => `${who} answers a read from two seconds ago`,
  malformed: (who) => `a proxy answers with a page of HTML in the place of ${who}`,
  truncated: (who) => `an answer of ${who} breaks off in the middle`,
  'wrong-length': (who) => `an answer of ${who} is longer or shorter than it announces`,
  reset: (who) => `the connection to ${who} is reset`,
  refused: (who) => `nobody listens where ${who} should be`,
  'half-open': (who) => `${who} takes a call and never answers`,
  'slow-loris': (who) => `an answer of ${who} comes drop by drop and is cut off`,
  down: (who) => `${who} is down for a while`,
  'partial-outage': (who) => `one operation of ${who} is unavailable for a while`,
  'maintenance-window': (who) => `${who} is under maintenance`,
  'quota-exhausted': (who) => `the quota at ${who} is used up`,
  'throttled-then-banned': (who) => `${who} throttles its caller, then bans it`,
  'expired-token': (who) => `the token for ${who} ends`,
  latency: (who) => `${who} takes its usual time to answer`,
  'duplicate-events': (who) => `events of ${who} come twice`,
  'redelivered-events': (who) => `${who} sends an event again`,
  'reordered-events': (who) => `events of ${who} come in another order`,
  'late-events': (who) => `events of ${who} come late`,
  'lost-events': (who) => `events of ${who} never come`,
}
