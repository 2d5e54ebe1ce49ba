import { describe, expect, test } from 'vitest'
import type { Operation } from '../contract/contract.ts'
import { nothing, open, Story, teach, type Service } from './testing/story.ts'

// A chat of procedures. Of those here, nobody ever saw one succeed.

/** Refuses everything, each procedure for another reason. */
const strict: Service = ({ at, sent }) => {
  const no = (error: string, more = {}) => ({ status: 200, json: { ok: false, error, ...more } })
  switch (at[1]) {
    case 'audit.enable':
      return no('missing_scope', { needed: 'admin' })
    case 'bots.install':
      return sent['plan'] === 'GOLD' ? no('plan_not_offered') : no('already_there')
    case 'notes.pin':
      return no('invalid_arguments', { detail: 'missing required field: note' })
    case 'calls.begin':
      return no('not_now')
    default:
      return { status: 500, json: { ok: false, error: 'fatal' } }
  }
}

const pin: Operation = {
  id: 'notes_pin',
  method: 'POST',
  path: '/api/notes.pin',
  params: [],
  body: {
    types: {
      'application/x-www-form-urlencoded': {
        type: 'object',
        required: ['note', 'board'],
        properties: { note: { type: 'string' }, board: { type: 'string' } },
      },
    },
  },
  replies: { 200: { types: { 'application/json': { type: 'object' } } } },
  security: [],
}

function lesson() {
  const told = new Story('AB', strict)
  told.ask('POST', '/api/audit.enable', 'level=7')
  told.ask('POST', '/api/bots.install', 'plan=GOLD&count=2')
  told.ask('POST', '/api/notes.pin', 'board=b')
  told.ask('POST', '/api/calls.begin', 'at=5')
  return teach([told.entries], { ...nothing, operations: [pin] })
}

describe('a procedure that was only ever refused', () => {
  const { ask } = open(lesson())
  const call = (verb: string, form: string) => ask('POST', `/api/${verb}`, form)

  test('is refused again for what the caller may not do, whatever is asked', () => {
    expect(call('audit.enable', 'level=9&more=1')).toMatchObject({
      status: 200,
      json: { ok: false, error: 'missing_scope', needed: 'admin' },
    })
  })

  test('is refused again for the very same question, and for no other', () => {
    expect(call('bots.install', 'plan=GOLD&count=3').json).toMatchObject({
      error: 'plan_not_offered',
    })
    expect(call('bots.install', 'plan=TIN&count=3').status).toBe(501)
    expect(call('bots.install', 'plan=GOLD&count=3&force=1').status).toBe(501)
  })

  test('is refused again for an argument that is missing as the document says', () => {
    expect(call('notes.pin', 'note=n').json).toMatchObject({
      error: 'invalid_arguments',
      detail: 'missing required field: board',
    })
  })

  test('answers 501 where nothing tells why it was refused', () => {
    expect(call('calls.begin', 'at=6').status).toBe(501)
  })
})
