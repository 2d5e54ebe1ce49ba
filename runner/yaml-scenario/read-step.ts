import { readDuration } from '../../engine/clock.ts'
import { didYouMean } from '../../engine/nearest.ts'
import { comparators } from './comparators.ts'
import { checkProps } from './check-props.ts'
import { Fields } from './fields.ts'
import { readSight, sightKeys } from './read-sight.ts'
import { readTests } from './read-tests.ts'
import { isMethod, needTwin, restOf, splitOnce, type StepReading } from './step-reading.ts'
import type { Each, StoryStep } from './story.ts'
import type { Source, Tree } from './tree.ts'
import { Names, readValue, type Value } from './value.ts'

const checkKeys = [...sightKeys, 'status', ...Object.keys(comparators)]

/** The kinds of steps: each by its own key, with what else it may hold. */
export const stepKeys: ReadonlyMap<string, readonly string[]> = new Map([
  ['person', ['with', 'count']],
  ['let', []],
  ['given', ['with', 'as', 'for each', 'in']],
  ['look', ['query', 'with', 'at', 'as']],
  ['calls', ['at', 'as']],
  ['events', ['at', 'as']],
  ['deliveries', ['at', 'as']],
  ['allow', []],
  ['when', ['ask', 'with', 'as']],
  ['then', checkKeys],
  ['must', checkKeys],
  ['advance', []],
  ['settle', []],
  ['step', ['do']],
  ['for each', ['in', 'do']],
])

type Read = (fields: Fields, reading: StepReading) => Unplaced
/** A step without its place. */
type Unplaced = StoryStep extends infer One
  ? One extends StoryStep
    ? Omit<One, 'at'>
    : never
  : never

const readers: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['person', readPerson],
  ['let', readLet],
  ['given', readGiven],
  ['look', readLookAround],
  ['calls', readLookAround],
  ['events', readLookAround],
  ['deliveries', readLookAround],
  ['allow', readAllow],
  ['when', readWhen],
  ['then', (fields, reading) => readCheck('then', fields, reading)],
  ['must', (fields, reading) => readCheck('must', fields, reading)],
  ['advance', readAdvance],
  ['settle', readSettle],
  ['step', readGroup],
  ['for each', readLoop],
])

/** Keys that other kinds of steps may hold as well. */
const besides: ReadonlySet<string> = new Set(['for each', 'look', 'calls', 'events', 'deliveries'])

const doList = 'Write do: and below it a list of steps, each with a hyphen.'

/** Reads a list of steps; each may use what the ones before it have named. Throws a UsageError. */
export function readSteps(trees: readonly Tree[], reading: StepReading): StoryStep[] {
  return trees.map((tree) => readStep(tree, reading))
}

function readStep(tree: Tree, reading: StepReading): StoryStep {
  const { source, names } = reading
  const kinds = [...stepKeys.keys()]
  const list = `A step begins with one of ${kinds.join(', ')}.`
  if (tree.kind !== 'map') throw source.mistake('This is no step.', tree, { fix: list })
  const keys = [...tree.entries.keys()]
  // A given may stand for each of a list: then it is a given.
  const kind =
    kinds.find((one) => !besides.has(one) && keys.includes(one)) ??
    kinds.find((one) => keys.includes(one))
  if (kind === undefined) {
    const [first = ''] = keys
    throw source.mistake(`"${first}" is no step.`, tree, {
      fix: `${didYouMean(first, kinds)} ${list}`,
    })
  }
  const fields = new Fields(tree, source, names)
  fields.only(`A step "${kind}"`, [kind, ...stepKeys.get(kind)!])
  return { ...readers.get(kind)!(fields, reading), at: tree } as StoryStep
}

function readPerson(fields: Fields, { names, source }: StepReading): Unplaced {
  const name = fields.name('person')
  const [count, known] = [fields.value('count'), fields.value('with')]
  if (known?.kind === 'map') {
    const parts = ['firstName', 'lastName', 'email']
    const odd = known.entries.find(([part]) => !parts.includes(part))
    if (odd !== undefined) {
      const fix = didYouMean(odd[0], parts)
      throw source.mistake(`A person has no "${odd[0]}" to be told.`, odd[1].at, { fix })
    }
  }
  names.add(name)
  return { kind: 'person', name, ...(count && { count }), ...(known && { known }) }
}

function readLet(fields: Fields, { names, source }: StepReading): Unplaced {
  const fix = 'Write let: { room: "${channel.id}" }.'
  const entries = fields.map('let', fix).map(([name, tree]): [string, Value] => {
    if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) || name === 'now') {
      throw source.mistake(`"${name}" can be no name.`, tree)
    }
    const value = readValue(tree, { source, names })
    names.add(name)
    return [name, value]
  })
  return { kind: 'let', entries }
}

function readGiven(fields: Fields, reading: StepReading): Unplaced {
  const fix = 'Write given: okta.user.'
  const { text, scalar } = fields.word('given', fix)
  const [twin, maker, ...more] = text.split('.')
  if (twin === undefined || maker === undefined || more.length > 0) {
    throw reading.source.mistake(`"${text}" is nothing that can be given.`, scalar, { fix })
  }
  needTwin(twin, scalar, reading)
  const each = fields.has('for each') || fields.has('in') ? readEach(fields) : undefined
  const names = new Names(reading.names)
  if (each !== undefined) names.add(each.name)
  const field = fields.has('with') ? fields.need('with', '') : undefined
  const props = field && readValue(field.value, { source: reading.source, names })
  if (reading.ownTwins.includes(twin)) {
    checkProps({ twin, maker, at: scalar }, field?.value, reading.source)
  }
  return {
    kind: 'given',
    twin,
    maker,
    ...(props && { props }),
    ...(each && { each }),
    ...readAs(fields, reading),
  }
}

function readLookAround(fields: Fields, reading: StepReading): Unplaced {
  const sight = readSight(fields, reading)
  return { kind: 'look', sight, ...readAs(fields, reading) }
}

function readAllow(fields: Fields): Unplaced {
  const fix = 'Write allow: okta.users[${account.id}].status, or a list of such words.'
  return { kind: 'allow', words: fields.texts('allow', fix) }
}

function readGroup(fields: Fields, reading: StepReading): Unplaced {
  const sentence = fields.text('step', 'Write step: what happens, as a sentence.')
  return { kind: 'step', sentence, steps: readSteps(fields.list('do', doList), reading) }
}

function readLoop(fields: Fields, reading: StepReading): Unplaced {
  const each = readEach(fields)
  const names = new Names(reading.names)
  names.add(each.name)
  const steps = readSteps(fields.list('do', doList), { ...reading, names })
  return { kind: 'each', each, steps }
}

function readWhen(fields: Fields, reading: StepReading): Unplaced {
  const sentence = fields.text('when', 'Write when: what happens, as a sentence.')
  const fix = 'Write ask: POST /hr/leavers, or ask: run.'
  const { text, scalar } = fields.word('ask', fix)
  const body = fields.value('with')
  const rest = { ...(body && { body }), ...readAs(fields, reading) }
  if (text === 'run') return { kind: 'ask', sentence, method: 'RUN', ...rest }
  const [method = '', path = ''] = splitOnce(text, ' ')
  if (!isMethod(method) || !path.startsWith('/')) {
    throw reading.source.mistake(`"${text}" asks for nothing.`, scalar, { fix })
  }
  const offset = text.length - path.length
  return {
    kind: 'ask',
    sentence,
    method,
    path: fields.asText(restOf(scalar, offset), fix),
    ...rest,
  }
}

function readCheck(kind: 'then' | 'must', fields: Fields, reading: StepReading): Unplaced {
  const sentence = fields.text(kind, `Write ${kind}: what has to be so, as a sentence.`)
  const sight = readSight(fields, reading)
  return {
    kind: 'check',
    must: kind === 'must',
    sentence,
    sight,
    tests: readTests(fields, sight, reading),
  }
}

/** Until all is delivered (`settle: true`), or so much virtual time has passed. */
function readSettle(fields: Fields, { source }: StepReading): Unplaced {
  const within = fields.value('settle')!
  if (within.kind === 'fixed' && within.value === true) return { kind: 'settle' }
  needDuration(within, source)
  return { kind: 'settle', within }
}

function readAdvance(fields: Fields, { source }: StepReading): Unplaced {
  const by = fields.value('advance')!
  needDuration(by, source)
  return { kind: 'advance', by }
}

function needDuration(by: Value, source: Source): void {
  if (by.kind === 'fixed') {
    try {
      readDuration(by.value as string)
    } catch (error) {
      throw source.mistake((error as Error).message, by.at)
    }
  }
}

function readEach(fields: Fields): Each {
  const name = fields.name('for each')
  fields.need('in', 'Write in: "${helpers}", a list.')
  return { name, in: fields.value('in')! }
}

function readAs(fields: Fields, { names }: StepReading): { as?: string } {
  if (!fields.has('as')) return {}
  const as = fields.name('as')
  names.add(as)
  return { as }
}
