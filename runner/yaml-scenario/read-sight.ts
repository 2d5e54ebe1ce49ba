import type { Fields } from './fields.ts'
import { isMethod, needTwin, restOf, splitOnce, type StepReading } from './step-reading.ts'
import type { Sight } from './story.ts'

const sources = ['look', 'calls', 'events', 'deliveries', 'value'] as const

/** The keys that say what a step looks at. */
export const sightKeys: readonly string[] = [...sources, 'query', 'with', 'at']

const fixes = {
  look: 'Write look: okta GET /api/v1/users/${account.id}.',
  calls: 'Write calls: slack chat.postMessage, or calls: slack for all.',
  events: 'Write events: slack message, or events: slack for all.',
  deliveries: 'Write deliveries: slack message, or deliveries: slack for all.',
}

/** Reads what a step looks at: exactly one of `look`, `calls`, `events`, `value`. Throws a UsageError. */
export function readSight(fields: Fields, reading: StepReading): Sight {
  const { source } = reading
  const named = sources.filter((one) => fields.has(one))
  if (named.length !== 1) {
    const what = named.length === 0 ? 'It looks at nothing' : `It looks at ${named.join(' and ')}`
    const fix = `Write one of ${sources.join(', ')}. ${fixes.look}`
    throw source.mistake(`${what}.`, fields.at, { fix })
  }
  const [kind] = named as [Sight['kind']]
  const place = { at: fields.at, path: fields.path('at') }
  if (kind !== 'look') {
    for (const key of ['query', 'with']) {
      if (!fields.has(key)) continue
      throw source.mistake(`"${key}" goes with a look.`, fields.need(key, '').key)
    }
  }
  if (kind === 'value') return { kind, value: fields.value('value')!, ...place }
  if (kind === 'look') return readLook(fields, reading, place)
  const { text, scalar } = fields.word(kind, fixes[kind])
  const [twin = '', what] = splitOnce(text, ' ')
  needTwin(twin, scalar, reading)
  if (kind === 'calls') return { kind, twin, ...(what && { op: what }), ...place }
  return { kind, twin, ...(what && { type: what }), ...place }
}

function readLook(fields: Fields, reading: StepReading, place: Pick<Sight, 'at' | 'path'>): Sight {
  const { text, scalar } = fields.word('look', fixes.look)
  const [twin = '', rest = ''] = splitOnce(text, ' ')
  needTwin(twin, scalar, reading)
  const [method = '', path = ''] = splitOnce(rest, ' ')
  if (!isMethod(method) || !path.startsWith('/')) {
    const what = `"${text}" looks nowhere.`
    throw reading.source.mistake(what, scalar, { fix: fixes.look })
  }
  const [query, body] = [fields.value('query'), fields.value('with')]
  const address = fields.asText(restOf(scalar, text.trimEnd().length - path.length), fixes.look)
  return {
    kind: 'look',
    twin,
    method,
    address,
    ...(query && { query }),
    ...(body && { body }),
    ...place,
  }
}
