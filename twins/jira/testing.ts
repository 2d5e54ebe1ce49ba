import type { Reply } from '../../engine/call.ts'
import type { TwinDefinition } from '../../engine/twin.ts'
import type { ForkOptions } from '../../engine/world-options.ts'
import { World } from '../../engine/world.ts'
import { given, userNamed } from './given.ts'
import { jira } from './twin.ts'

/** The body of an answer, loosely typed: tests look into it. */
export type Body = { [field: string]: Body } & Body[] & string & number

/** One answer. */
export interface Answer {
  status: number
  headers: Reply['headers']
  body: Body
  text: string | undefined
}

type Ask = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Answer

const base = World.create({ twins: [jira as unknown as TwinDefinition<never>], seed: 'acme' })

/** A fresh world of the default site, and ways to speak to it. For tests. */
export function openAcme(options: ForkOptions = {}) {
  const world = base.fork({ seed: 'test', ...options })
  const as = (email: string): Ask => {
    const { id } = given.token(world, { user: email })
    const authorization = `Basic ${Buffer.from(`${email}:${id}`).toString('base64')}`
    return (method, path, body, headers) =>
      ask(world, method, path, body, { authorization, ...headers })
  }
  const anonymous: Ask = (method, path, body, headers = {}) =>
    ask(world, method, path, body, headers)
  return {
    world,
    as,
    anonymous,
    ada: as('ada.admin@acme.example'),
    lena: as('lena.fischer@acme.example'),
    accountId: (email: string) => userNamed(world, email).accountId,
  }
}

/** One call. Fails when the twin breaks or leaves its contract. */
function ask(
  world: World,
  method: string,
  path: string,
  body: unknown,
  headers: Record<string, string>,
): Answer {
  const isText = typeof body === 'string'
  const type: Record<string, string> =
    body === undefined ? {} : { 'content-type': 'application/json' }
  const entry = world.play('jira', {
    method,
    path,
    headers: { ...type, ...headers },
    ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
  })
  if (entry.crash !== undefined) throw new Error(entry.crash)
  if (entry.divergences !== undefined) {
    throw new Error(`${method} ${path}: ${JSON.stringify(entry.divergences)}`)
  }
  const { status, json, text } = entry.reply
  return { status, headers: entry.reply.headers, body: json as Body, text }
}

/** A document of one paragraph. */
export function doc(text: string) {
  return {
    type: 'doc',
    version: 1,
    content: [{ type: 'paragraph', content: [{ type: 'text', text }] }],
  }
}
