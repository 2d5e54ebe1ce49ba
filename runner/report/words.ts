// This file is part of the page's script as well, so it names what it needs itself and imports nothing.

/** `93.3 %`; never rounded up to a whole hundred. */
export function percent(fraction: number | null): string {
  if (fraction === null) return 'unknown'
  const tenths = Math.floor(fraction * 1000 + 1e-9) / 10
  return `${Number.isInteger(tenths) ? tenths : tenths.toFixed(1)} %`
}

/** `86–97 %`. */
export function span({ low, high }: { low: number; high: number }): string {
  return `${Math.floor(low * 100 + 1e-9)}–${Math.ceil(high * 100 - 1e-9)} %`
}

/** How an interval was reckoned, for the reader. */
export function howSure({ method }: { method: string }): string {
  if (method === 'bootstrap') return 'scenarios resampled, then trials'
  if (method === 'wilson') return "one scenario: Wilson's interval over its trials"
  return "all trials agree: Wilson's interval over scenarios"
}

/** `12 satisfied, 3 unsatisfied`. */
export function counts({
  satisfied,
  unsatisfied,
  inconclusive,
}: {
  satisfied: number
  unsatisfied: number
  inconclusive: number
}): string {
  const parts = [`${satisfied} satisfied`, `${unsatisfied} unsatisfied`]
  if (inconclusive > 0) parts.push(`${inconclusive} inconclusive`)
  return parts.join(', ')
}

/** `1 trial`, `3 trials`. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`
}

/** Milliseconds as a person says them. */
export function howLong(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 120_000) return `${(ms / 1000).toFixed(1)} s`
  return `${Math.round(ms / 60_000)} min`
}

/** What is said of an exchange in a line. */
interface Exchange {
  n: number
  kind: string
  by: string
  twin: string
  what: string
  status?: number
  refusal?: string
  fault?: string
  lost?: true
  lateMs?: number
  crash?: string
}

/** One exchange in a line: `14  slack chat.postMessage → 200`. */
export function exchangeLine(view: Exchange): string {
  const { n, by, twin, what, status, kind } = view
  const who =
    by === 'scenario'
      ? 'look: '
      : kind === 'escape'
        ? 'escape: '
        : kind === 'event'
          ? 'event: '
          : ''
  const went = view.lost
    ? ' → no answer'
    : status !== undefined
      ? ` → ${status}${view.refusal === undefined ? '' : ` ${view.refusal}`}`
      : ''
  const marks = [
    view.fault,
    // A fault that delays has said so.
    view.lateMs === undefined || view.fault?.includes(': delay ') === true
      ? undefined
      : `${view.lateMs} ms late`,
    view.crash === undefined ? undefined : 'the twin crashed',
  ]
    .filter((mark) => mark !== undefined)
    .map((mark) => ` [${mark}]`)
  return `${String(n).padStart(4)}  ${who}${[twin, what].filter(Boolean).join(' ')}${went}${marks.join('')}`
}

/** A value in one line, cut where it is long. */
export function shortJson(value: unknown, most = 120): string {
  const text = JSON.stringify(value) ?? 'undefined'
  return text.length <= most ? text : `${text.slice(0, most)}…`
}

/** Why a scenario's trials are not counted. */
export function whyNothing(
  {
    controls,
    mutantControls = [],
  }: {
    controls: readonly { scenario: string; verdict: string }[]
    mutantControls?: readonly { scenario: string; outcome: string; tried: number }[] | undefined
  },
  id: string,
): string {
  const mutants = mutantControls.find(({ scenario }) => scenario === id)
  if (mutants?.outcome === 'blind') {
    return `it notices none of ${mutants.tried} ways in which the subject's calls can go wrong`
  }
  const control = controls.find(({ scenario }) => scenario === id)
  return control?.verdict === 'satisfied'
    ? 'a subject that does nothing satisfies it'
    : 'it checks nothing'
}

/** Text that moves no cursor and paints no colour, whatever a subject or an author has put into a name. */
export function inert(text: string): string {
  return text.replaceAll(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
