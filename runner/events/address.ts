import { createHash } from 'node:crypto'
import type { SubjectSession } from '../subject/subject.ts'

/** Where a subject with settings that never change is reached, trial after trial. */
const sharedUrl = 'https://subject.localhost'

/**
 * Where the subject of a trial is reached: `https://4f1c09e2d7.subject.localhost`. It follows from the
 * trial's id, so that a trial told twice is told alike. Only the trial's own deliveries go there.
 */
export function subjectUrl(trialId: string, isFixed = false): string {
  if (isFixed) return sharedUrl
  const label = createHash('sha256').update(trialId).digest('hex').slice(0, 10)
  return `https://${label}.subject.localhost`
}

/** What of a URL the subject is asked for, when it leads to the subject; undefined when it leads anywhere else. */
export function pathAtSubject(
  url: string,
  own: string,
  { origins = [] }: Pick<SubjectSession, 'origins'>,
): string | undefined {
  const parsed = URL.parse(url)
  if (parsed === null) return undefined
  const leadsHere = [own, ...origins].some((one) => isSameOrigin(parsed, new URL(one)))
  return leadsHere ? parsed.pathname + parsed.search : undefined
}

/** What a subject's addresses are told as: its port, and the name that it gave the trial, differ from play to play. */
export function subjectAddresses(
  own: string,
  { origins = [], inboundPath = (path) => path }: SubjectSession,
): [from: string, to: string][] {
  const all = [own, ...origins]
  const prefix = inboundPath('')
  const prefixed: [string, string][] = prefix === '' ? [] : all.map((one) => [one + prefix, own])
  return [...prefixed, ...origins.map((one): [string, string] => [one, own])]
}

/** A path at the subject without what stands before it in this trial alone. */
export function plainPath(path: string, { inboundPath }: SubjectSession): string {
  const prefix = inboundPath?.('') ?? ''
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path
}

/** Services insist on https, so that is what it is told; a port of its own speaks http. */
function isSameOrigin(one: URL, own: URL): boolean {
  if (one.hostname !== own.hostname) return false
  return own.port === '' ? true : one.port === own.port
}
