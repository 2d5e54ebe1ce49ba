import { describe, expect, it } from 'vitest'
import { tokens } from '../engine/auth.ts'
import { defineTable } from '../engine/table.ts'
import { World } from '../engine/world.ts'
import { board, notes, type Note } from '../test/small-twin.ts'
import { ChangeWatch } from './collateral.ts'

interface Stamped {
  id: string
  state: string
  touchedAt: number
  parts: { name: string }[]
}
const stamped = defineTable({
  name: 'board.stamped',
  id: (row: Stamped) => row.id,
  byproduct: ['touchedAt'],
})
const log = defineTable({ name: 'board.log', id: (row: { id: string }) => row.id, byproduct: true })
const twin = { ...board, tables: [notes, stamped, log] } as unknown as typeof board
const base = World.create({ twins: [twin] })

const note: Note = { id: 'n1', title: 'a', author: 'ada', pinned: false }
const row: Stamped = { id: 's1', state: 'on', touchedAt: 1, parts: [{ name: 'x' }, { name: 'y' }] }

/** A forked world with one note and one stamped row, put there by the scenario. */
function start() {
  const world = base.fork()
  const watch = new ChangeWatch(world)
  watch.setUp(() => {
    world.rows.insert(notes, note)
    world.rows.insert(stamped, row)
  })
  const act = (n: number, write: (rows: World['rows']) => void): void => {
    world.rows.writer = n
    write(world.rows)
  }
  const left = (...words: string[]) => {
    watch.allow(words)
    return watch.unexpected().map(({ kind, word, by }) => `${kind} ${word} by ${by.join()}`)
  }
  return { world, watch, act, left }
}

describe('ChangeWatch', () => {
  it('tells what was made, changed and removed, and by which exchange', () => {
    const { act, left } = start()
    act(4, (rows) => rows.insert(notes, { ...note, id: 'n2' }))
    act(5, (rows) => rows.update(notes, 'n1', { title: 'b' }))
    act(6, (rows) => rows.remove(stamped, 's1'))
    expect(left()).toEqual([
      'made board.notes[n2] by 4',
      'changed board.notes[n1].title by 5',
      'removed board.stamped[s1] by 6',
    ])
  })

  it('takes words for rows, new rows, fields and what lies below them', () => {
    const { act, left } = start()
    act(1, (rows) => rows.insert(notes, { ...note, id: 'n2', author: 'eve' }))
    act(2, (rows) => rows.update(notes, 'n1', { title: 'b', pinned: true }))
    act(3, (rows) => rows.update(stamped, 's1', { parts: [{ name: 'x' }, { name: 'z' }] }))
    expect(left('board.notes[+author=ada]')).toHaveLength(3)
    expect(left('board.notes[+author=eve]')).toHaveLength(2)
    expect(left('board.notes[n1].title')).toEqual([
      'changed board.notes[n1].pinned by 2',
      'changed board.stamped[s1].parts[1].name by 3',
    ])
    expect(left('board.notes[*].pinned')).toHaveLength(1)
    expect(left('board.stamped[s1].parts[*].name')).toEqual([])
  })

  it('does not let a word for new rows cover others, nor one for a field a removal', () => {
    const { act, left } = start()
    act(1, (rows) => rows.update(notes, 'n1', { title: 'b' }))
    act(2, (rows) => rows.remove(stamped, 's1'))
    expect(left('board.notes[+]', 'board.stamped[s1].state')).toHaveLength(2)
    expect(left('board.notes[n1]', 'board.stamped[*]')).toEqual([])
  })

  it('asks nobody to account for by-products', () => {
    const { act, left } = start()
    act(1, (rows) => rows.update(stamped, 's1', { touchedAt: 9 }))
    act(2, (rows) => rows.insert(log, { id: 'l1' }))
    expect(left()).toEqual([])
    act(3, (rows) => rows.update(stamped, 's1', { touchedAt: 10, state: 'off' }))
    expect(left()).toEqual(['changed board.stamped[s1].state by 1,3'])
  })

  it('counts what was undone as nothing, and credentials as changes', () => {
    const { act, left } = start()
    act(1, (rows) => rows.update(notes, 'n1', { title: 'b' }))
    act(2, (rows) => rows.update(notes, 'n1', { title: 'a' }))
    act(3, (rows) => rows.insert(tokens, { id: 't 1', twin: 'board', kind: 'x', account: 'a' }))
    expect(left()).toEqual(['made engine.tokens["t 1"] by 3'])
  })

  it('tells changes against what the scenario wrote last', () => {
    const { world, watch, act, left } = start()
    act(1, (rows) => rows.update(notes, 'n1', { title: 'b' }))
    watch.setUp(() => world.rows.update(notes, 'n1', { title: 'c' }))
    act(2, (rows) => rows.update(notes, 'n1', { pinned: true }))
    expect(left()).toEqual([
      'changed board.notes[n1].title by 1',
      'changed board.notes[n1].pinned by 2',
    ])
  })
})
