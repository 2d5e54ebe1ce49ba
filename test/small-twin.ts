import { tokens, type Caller } from '../engine/auth.ts'
import { empty, json, refuse, text, type Refusal, type Reply } from '../engine/call.ts'
import type { Contract } from '../engine/contract/contract.ts'
import type { Exchange } from '../engine/exchange.ts'
import { defineTable, key } from '../engine/table.ts'
import { defineTwin } from '../engine/twin.ts'
import type { World } from '../engine/world.ts'

/** The smallest whole twin: a notice board with notes. For tests of the engine, the fronts and the runner. */

export interface Note {
  id: string
  title: string
  author: string
  pinned: boolean
}

export const notes = defineTable({
  name: 'board.notes',
  id: (row: Note) => row.id,
  indexes: { author: (row: Note) => key(row.author) },
})

const note = {
  type: 'object',
  required: ['id', 'title', 'author', 'pinned'],
  properties: {
    id: { type: 'string' },
    title: { type: 'string' },
    author: { type: 'string' },
    pinned: { type: 'boolean' },
  },
}
const body = {
  required: true as const,
  types: {
    'application/json': {
      type: 'object',
      required: ['title'],
      properties: { title: { type: 'string', maxLength: 50 }, pinned: { type: 'boolean' } },
    },
  },
}
const id = { name: 'id', in: 'path' as const, required: true as const, schema: { type: 'string' } }
const one = { types: { 'application/json': { $ref: '#/schemas/Note' } } }
const security = [{ bearer: [] }]

const contract: Contract = {
  name: 'board',
  version: '1',
  schemas: { Note: note },
  security: { bearer: { type: 'http', scheme: 'bearer' } },
  operations: [
    {
      id: 'listNotes',
      method: 'GET',
      path: '/notes',
      params: [
        { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 100 } },
        { name: 'after', in: 'query', schema: { type: 'string' } },
        { name: 'author', in: 'query', schema: { type: 'array', items: { type: 'string' } } },
      ],
      replies: {
        '200': {
          types: { 'application/json': { type: 'array', items: { $ref: '#/schemas/Note' } } },
        },
      },
      security,
    },
    {
      id: 'createNote',
      method: 'POST',
      path: '/notes',
      params: [],
      body,
      replies: { '201': one },
      security,
    },
    {
      id: 'getNote',
      method: 'GET',
      path: '/notes/{id}',
      params: [id],
      replies: { '200': one },
      security,
    },
    {
      id: 'changeNote',
      method: 'PUT',
      path: '/notes/{id}',
      params: [id],
      body,
      replies: { '200': one },
      security,
    },
    {
      id: 'deleteNote',
      method: 'DELETE',
      path: '/notes/{id}',
      params: [id],
      replies: { '204': { types: {} } },
      security,
    },
    {
      id: 'archiveNote',
      method: 'POST',
      path: '/notes/{id}/archive',
      params: [id],
      replies: { '200': one },
      security,
    },
    {
      id: 'ping',
      method: 'GET',
      path: '/ping',
      params: [],
      replies: { '200': { types: { 'text/plain': true } } },
      security: [],
    },
  ],
}

const statuses: Record<string, number> = {
  'no-route': 404,
  'not-found': 404,
  'no-method': 405,
  unauthenticated: 401,
  forbidden: 403,
  limited: 429,
  'too-large': 413,
  'unsupported-type': 415,
  'malformed-body': 400,
  'missing-body': 400,
  invalid: 422,
  conflict: 409,
  unavailable: 503,
  internal: 500,
}

function word(refusal: Refusal): Reply {
  const headers: Record<string, string> = {}
  if (refusal.kind === 'limited') {
    headers['retry-after'] = String(
      Math.ceil(Number(refusal.detail['retryAfterMs'] ?? 1000) / 1000),
    )
  }
  if (refusal.kind === 'no-method')
    headers['allow'] = (refusal.detail['allow'] as string[]).join(', ')
  return json(statuses[refusal.kind] ?? 400, { error: refusal.kind, ...reasonOf(refusal) }, headers)
}

function reasonOf(refusal: Refusal) {
  const problems = refusal.detail['problems'] as { pointer: string; rule: string }[] | undefined
  return problems === undefined
    ? {}
    : { where: problems.map((one) => `${one.pointer} ${one.rule}`) }
}

function needNote({ rows, path }: Exchange): Note {
  return rows.get(notes, path['id']!) ?? refuse('not-found', { id: path['id'] })
}

function addNote(world: World, rows: World['rows'], fields: Partial<Note>): Note {
  return rows.insert(notes, {
    id: world.newId({ prefix: 'n', length: 8, alphabet: 'lower' }),
    title: 'Untitled',
    author: 'nobody',
    pinned: false,
    ...fields,
  })
}

function allSeeing(): Caller {
  return { account: 'board', kind: 'all', allSeeing: true }
}

export const board = defineTwin({
  name: 'board',
  hosts: ['board.example'],
  origin: 'https://board.example',
  contract: () => contract,
  tables: [notes],
  behaviors: {
    ping: () => text(200, 'pong', 'text/plain'),
    listNotes: ({ rows, query }) => {
      const authors = query['author'] as string[] | undefined
      const page = { limit: (query['limit'] as number | undefined) ?? 20 }
      const after = query['after'] as string | undefined
      const from = after === undefined ? page : { ...page, after }
      if (authors === undefined) return json(200, rows.page(notes, from))
      return json(200, rows.page(notes, { ...from, index: 'author', equals: [authors[0]!] }))
    },
    createNote: ({ world, rows, body: fields, who }) => {
      const made = addNote(world, rows, { ...(fields as Partial<Note>), author: who.account })
      world.emit('board', 'note.created', made)
      return json(201, made)
    },
    getNote: (exchange) => json(200, needNote(exchange)),
    changeNote: (exchange) => {
      const { id: known } = needNote(exchange)
      return json(200, exchange.rows.update(notes, known, exchange.body as Partial<Note>))
    },
    deleteNote: (exchange) => {
      exchange.rows.remove(notes, needNote(exchange).id)
      return empty(204)
    },
  },
  errors: word,
  limits: ({ caller, op }) => ({
    bucket: `${caller?.account}:${op?.id}`,
    capacity: 5,
    windowMs: 60_000,
  }),
  stamp: ({ world }, reply) => {
    reply.headers['x-request-id'] = world.bits().toString(16).padStart(8, '0')
  },
  seed: (world, cast) => {
    for (const { email } of cast)
      addNote(world, world.rows, { title: `Hello from ${email}`, author: email })
    world.rows.insert(tokens, {
      id: 'board-token',
      twin: 'board',
      kind: 'bearer',
      account: cast[0]!.email,
    })
  },
  given: {
    note: (world: World, props: Partial<Note>) => addNote(world, world.rows, props),
  },
  mint: (world) => {
    const id = world.newId({ prefix: 'tok-', length: 20, alphabet: 'lower' })
    world.rows.insert(tokens, { id, twin: 'board', kind: 'bearer', account: world.cast[0]!.email })
    return { token: id }
  },
  allSeeing,
  events: {
    toRequest: (_world, { url }, { type, payload }) => ({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ type, payload }),
    }),
    retryAfterMs: [1000, 5000],
  },
  settings: { politeness: 'high' },
})
