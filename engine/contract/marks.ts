import type { Operation } from './contract.ts'
import { isRecord } from './schema.ts'

/** A required parameter that has one value only: procedures behind one path are told apart by it (`Action=ListUsers`). */
export interface Mark {
  in: 'query' | 'header'
  name: string
  value: string
}

interface Marked {
  op: Operation
  rivals?: Marked[]
}

const known = new WeakMap<Operation, Mark[]>()

function marksOf(op: Operation): Mark[] {
  let marks = known.get(op)
  if (marks === undefined) known.set(op, (marks = findMarks(op)))
  return marks
}

function findMarks(op: Operation): Mark[] {
  const marks: Mark[] = []
  for (const { in: place, name, required, schema } of op.params) {
    if ((place !== 'query' && place !== 'header') || required !== true || !isRecord(schema))
      continue
    const values = Array.isArray(schema['enum']) ? schema['enum'] : [schema['const']]
    const value: unknown = values.length === 1 ? values[0] : undefined
    if (typeof value === 'string') marks.push({ in: place, name, value })
  }
  return marks
}

/** Whether an operation has marks that none of those with its path and method has. */
export function isMarkedOff(op: Operation, earlier: Marked): boolean {
  const spell = (one: Operation): string => JSON.stringify(marksOf(one))
  const own = spell(op)
  return own !== '[]' && ![earlier, ...(earlier.rivals ?? [])].some((one) => spell(one.op) === own)
}

/** The one of which a call has the most marks; the earliest where several have as many. */
export function bestOf<Entry extends Marked & { rivals?: Entry[] }>(
  first: Entry,
  told: (mark: Mark) => string | undefined,
): Entry {
  if (first.rivals === undefined) return first
  const count = ({ op }: Marked): number =>
    marksOf(op).filter((mark) => told(mark) === mark.value).length
  let best = first
  let most = count(first)
  for (const rival of first.rivals) {
    const found = count(rival)
    if (found > most) [best, most] = [rival, found]
  }
  return best
}
