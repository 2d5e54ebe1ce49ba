import type { Fault } from '../../engine/faults.ts'
import type { Table } from '../../engine/table.ts'
import type { World } from '../../engine/world.ts'
import { tablesOf } from '../collateral.ts'
import { findFaultProblem } from '../faults/actions.ts'
import { spellWord } from '../words.ts'

/** Every row that a world begins with, as words: credentials apart. */
export function rowsOf(world: World): string[] {
  const words: string[] = []
  for (const [name, table] of tablesOf(world)) {
    if (name.startsWith('engine.')) continue
    const open = table as unknown as Table
    for (const row of world.rows.all(open)) words.push(spellWord(name, open.id(row), []))
  }
  return words
}

/** The fields of what a scenario said of a row: `okta.user#1.profile`, one level below `path`. */
export function fieldsOf(name: string, props: unknown): string[] {
  if (typeof props !== 'object' || props === null || Array.isArray(props)) return []
  return Object.keys(props)
    .filter((field) => !field.includes('.'))
    .map((field) => `${name}.${field}`)
}

/** The same fault in simpler forms, the simplest first: without what it may do without, or with smaller figures. */
export function simplerFaults(fault: Fault): Fault[] {
  const forms: Fault[] = []
  const { action, ...place } = fault
  const keepPlace = new Set(['twin', 'on', 'at'])
  for (const [name, value] of Object.entries(place)) {
    if (keepPlace.has(name)) continue
    for (const simpler of simplerValues(value)) forms.push(withField(fault, name, simpler))
  }
  for (const [name, value] of Object.entries(action)) {
    if (name === 'kind' || name === 'seed') continue
    for (const simpler of simplerValues(value)) {
      forms.push({ ...fault, action: withField(action, name, simpler) })
    }
  }
  return forms.filter((one) => findFaultProblem(one, 'must') === undefined)
}

/** Undefined stands for leaving it out. A figure is made as small as can be, then halved. */
function simplerValues(value: unknown): unknown[] {
  if (typeof value !== 'number') return [undefined]
  const smaller = [0, 1, Math.floor(value / 2)].filter((one) => one < value)
  return [undefined, ...new Set(smaller)]
}

function withField<T extends object>(of: T, name: string, value: unknown): T {
  const { [name as keyof T]: _gone, ...rest } = of
  return (value === undefined ? rest : { ...rest, [name]: value }) as T
}
