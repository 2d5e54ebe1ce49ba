import { describe, expect, test } from 'vitest'
import type { Operation } from '../contract/contract.ts'
import { nothing, open, Story, teach, type Service } from './testing/story.ts'

/** A chat: everything is a POST with a form, every answer a 200, and a no stands in the body. */
function chat(mark: string): Service {
  const rooms = new Map<string, Record<string, unknown>>()
  const no = (error: string) => ({ status: 200, json: { ok: false, error } })
  return ({ at, sent, now }) => {
    const verb = at[1]!.split('.')[1]
    if (verb === 'create') {
      if ([...rooms.values()].some((one) => one['name'] === sent['name'])) return no('name_taken')
      const id = `R0${mark}${(0xa1b2 + rooms.size * 7919).toString(16).toUpperCase()}`
      const created = Math.floor(now / 1000)
      rooms.set(id, { id, name: sent['name'], created, is_archived: false, members: 1 })
      return { status: 200, json: { ok: true, room: rooms.get(id) } }
    }
    if (verb === 'list') return { status: 200, json: { ok: true, rooms: [...rooms.values()] } }
    const room = rooms.get(String(sent['room']))
    if (room === undefined) return no('room_not_found')
    if (verb === 'info') return { status: 200, json: { ok: true, room: { ...room } } }
    if (room['is_archived'] === true) return no('is_archived')
    if (verb === 'rename') room['name'] = sent['name']
    else room['is_archived'] = true
    return { status: 200, json: verb === 'rename' ? { ok: true, room: { ...room } } : { ok: true } }
  }
}

function story(mark: string): Story['entries'] {
  const told = new Story(mark, chat(mark))
  const call = (verb: string, form: Record<string, string>) =>
    told.ask('POST', `/api/rooms.${verb}`, new URLSearchParams(form).toString())
  const made = ['general', 'random', 'help'].map(
    (name) => call('create', { name: `${name}-${mark}` })['room'] as { id: string },
  )
  call('create', { name: `random-${mark}` })
  call('info', { room: made[0]!.id })
  call('list', {})
  call('rename', { room: made[0]!.id, name: `all-${mark}` })
  call('info', { room: made[0]!.id })
  call('archive', { room: made[1]!.id })
  call('info', { room: made[1]!.id })
  call('archive', { room: made[1]!.id })
  call('rename', { room: made[1]!.id, name: `late-${mark}` })
  call('info', { room: 'R0NOBODY99' })
  call('archive', { room: 'R0NOBODY99' })
  return told.entries
}

const lesson = teach([story('AB'), story('CD')])

function begin() {
  const { ask } = open(lesson)
  const call = (verb: string, form: Record<string, string>) => {
    const { status, json } = ask('POST', `/api/rooms.${verb}`, new URLSearchParams(form).toString())
    expect(status).toBe(200)
    return json as { ok: boolean; error?: string; room: Record<string, unknown>; rooms: unknown[] }
  }
  const { room } = call('create', { name: 'mine' })
  return { call, room, id: String(room['id']) }
}

describe('procedures', () => {
  test('name their things by an argument, and show them under a name', () => {
    expect(lesson.learned.procedures).toEqual({ '/api/rooms': 'room' })
    const { call, room, id } = begin()
    expect(room).toMatchObject({ name: 'mine', is_archived: false, members: 1 })
    expect(call('info', { room: id })).toEqual({ ok: true, room })
    expect(call('list', {}).rooms).toEqual([room])
    const other = call('create', { name: 'yours' }).room
    expect(other['id']).not.toBe(id)
    expect(call('list', {}).rooms).toHaveLength(2)
  })

  test('take either method where traffic shows that the document is not strict', () => {
    const get = (verb: string): Operation => ({
      id: verb,
      method: 'GET',
      path: `/api/rooms.${verb}`,
      params: [],
      replies: { 200: { types: { 'application/json': { type: 'object' } } } },
      security: [],
    })
    const contract = { ...nothing, operations: [get('info'), get('topic'), get('list')] }
    const { operations } = teach([story('AB')], contract).contract
    expect(operations.map(({ id }) => id)).toContain('post /api/rooms.topic')
    // By its document it only reads; what a procedure changes that nobody saw stays unknown.
    const { ask } = open(teach([story('AB')], contract))
    expect(ask('POST', '/api/rooms.topic', 'room=R0ABA1B2').status).toBe(200)
    const pin = { ...get('pin'), method: 'POST' }
    const other = open(teach([story('AB')], { ...contract, operations: [get('info'), pin] }))
    const { room } = other.ask('POST', '/api/rooms.create', 'name=mine').json
    const { id } = room as { id: string }
    expect(other.ask('POST', '/api/rooms.pin', `room=${id}`).status).toBe(501)
    const quiet = teach([], contract).contract.operations
    expect(quiet).toHaveLength(3)
  })

  test('change them', () => {
    const { call, id } = begin()
    expect(call('rename', { room: id, name: 'ours' }).room['name']).toBe('ours')
    expect(call('info', { room: id }).room['name']).toBe('ours')
    expect(call('archive', { room: id })).toEqual({ ok: true })
    expect(call('info', { room: id }).room['is_archived']).toBe(true)
  })

  test('say no in the body, for the reasons that were seen', () => {
    const { call, id } = begin()
    expect(call('create', { name: 'mine' })).toMatchObject({ ok: false, error: 'name_taken' })
    expect(call('info', { room: 'R0XYZ12345' })).toMatchObject({
      ok: false,
      error: 'room_not_found',
    })
    call('archive', { room: id })
    expect(call('archive', { room: id })).toMatchObject({ ok: false, error: 'is_archived' })
    expect(call('rename', { room: id, name: 'x' })).toMatchObject({
      ok: false,
      error: 'is_archived',
    })
    expect(call('info', { room: id }).room['name']).toBe('mine')
  })
})
