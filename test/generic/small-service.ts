import { importOpenApi } from '../../engine/contract/read.ts'
import type { Call, Reply } from '../../engine/call.ts'
import { defineSpecTwin } from '../../engine/generic/spec-twin.ts'
import type { TwinDefinition } from '../../engine/twin.ts'
import { World } from '../../engine/world.ts'
import { openTo } from './sample-call.ts'

type Json = Record<string, unknown>

/** A reply whose body a test looks into. */
export interface Answer extends Reply {
  json?: ReturnType<typeof JSON.parse>
}

/** One operation in short: what it takes and what it answers. */
export interface Short {
  body?: Json
  /** Status → schema, or nothing. */
  replies: Record<string, Json | undefined>
  query?: Record<string, Json>
  type?: string
}

export const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` })
export const listOf = (items: Json): Json => ({ type: 'array', items })
export const text: Json = { type: 'string' }
export const whole: Json = { type: 'integer' }

/** An OpenAPI document from short operations, keyed `GET /users/{id}`. */
export function documentOf(operations: Record<string, Short>, schemas: Record<string, Json>): Json {
  const paths: Record<string, Json> = {}
  for (const [name, short] of Object.entries(operations)) {
    const [method, path] = name.split(' ') as [string, string]
    const params = [...path.matchAll(/\{(\w+)\}/g)].map((match) => ({
      name: match[1]!,
      in: 'path',
      required: true,
      schema: short.query?.[match[1]!] ?? text,
    }))
    const query = Object.entries(short.query ?? {})
      .filter(([key]) => !path.includes(`{${key}}`))
      .map(([key, schema]) => ({ name: key, in: 'query', schema }))
    const content = (schema: Json | undefined) =>
      schema === undefined ? {} : { content: { [short.type ?? 'application/json']: { schema } } }
    const responses = Object.fromEntries(
      Object.entries(short.replies).map(([status, schema]) => [
        status,
        { description: '', ...content(schema) },
      ]),
    )
    paths[path] ??= {}
    paths[path][method.toLowerCase()] = {
      operationId: name,
      parameters: [...params, ...query],
      responses,
      ...(short.body === undefined ? {} : { requestBody: content(short.body) }),
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'small', version: '1' },
    paths,
    components: { schemas },
  }
}

/** A world with one service in it, known from its document alone, and a short way to call it. */
export function serve(
  operations: Record<string, Short>,
  schemas: Record<string, Json>,
  extra: Partial<TwinDefinition> = {},
) {
  const { contract } = importOpenApi(documentOf(operations, schemas))
  const twin = {
    ...openTo(defineSpecTwin({ name: 'small', contract }) as never),
    ...extra,
  } as TwinDefinition<never>
  const world = World.create({ twins: [twin], seed: 'small' })
  const call = (request: string, body?: unknown, headers?: Record<string, string>): Answer => {
    const [method, path] = request.split(' ') as [string, string]
    const made: Call = { method, path }
    if (body !== undefined) made.body = body
    if (headers !== undefined) made.headers = headers
    const entry = world.play('small', made)
    if (entry.crash !== undefined) throw new Error(entry.crash)
    if (entry.divergences !== undefined && entry.reply.status < 300) {
      throw new Error(`${request} leaves the contract: ${JSON.stringify(entry.divergences)}`)
    }
    return entry.reply
  }
  return { world, twin, contract, call }
}
