import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { drawKeyPair } from '../../holdout/seal/age.ts'
import { readCaseFiles } from '../../holdout/seal/read-case-files.ts'
import { writeSet } from '../../holdout/seal/sealed-set.ts'
import type { ServeConfig } from '../config.ts'
import { startService, type Service, type ServiceOptions } from '../service.ts'
import { addToken } from '../tokens.ts'
import { roomStory } from '../../testing/sealed-rooms.ts'
import { pack, type PackEntry } from './pack.ts'

/** A folder with a sealed set, a public case and a configuration. */
export interface ServeGround {
  folder: string
  config: ServeConfig
  /** The configuration as a file. */
  file: string
  remove: () => Promise<void>
}

/** Opens the rooms of `names`, or every room; waits `ms` before it answers. */
export function subject(names: readonly string[] | 'all', { ms = 0, mark = '' } = {}): PackEntry[] {
  const text = `// ${mark}
let text = ''
for await (const part of process.stdin) text += part
const { name } = JSON.parse(text).body
await new Promise((resolve) => setTimeout(resolve, ${ms}))
const known = ${JSON.stringify(names)}
if (known === 'all' || known.includes(name)) {
  const headers = { authorization: 'Bearer ' + process.env.SLACK_BOT_TOKEN, 'content-type': 'application/json; charset=utf-8' }
  await fetch(process.env.SLACK_API_URL + 'conversations.create', { method: 'POST', headers, body: JSON.stringify({ name }) })
}
console.log(JSON.stringify({ status: 200, body: {} }))
`
  const description = JSON.stringify({ kind: 'command', command: ['node', 'rooms.mjs'] })
  return [
    { path: 'subject.json', text: description },
    { path: 'rooms.mjs', text },
  ]
}

/** Makes the ground: two sealed cases and one open one. */
export async function makeGround(over: Partial<ServeConfig> = {}): Promise<ServeGround> {
  const folder = await mkdtemp(join(tmpdir(), 'serve-'))
  const at = (name: string): string => join(folder, name)
  for (const name of ['lobby', 'attic', 'cellar'])
    await writeFile(at(`${name}.yaml`), roomStory(name))
  const { identity, recipient } = await drawKeyPair()
  await writeFile(at('key'), identity, { mode: 0o600 })
  const now = new Date()
  const cases = await readCaseFiles([at('attic.yaml'), at('cellar.yaml')], { tags: [], now })
  await writeSet(at('set'), cases, { recipients: [recipient], now })
  const config: ServeConfig = {
    data: at('data'),
    project: 'rooms',
    holdout: { set: at('set'), key: at('key') },
    scenarios: [at('lobby.yaml')],
    jobs: 1,
    wall: 'environment',
    questions: 5,
    answerEveryMs: 1,
    ...over,
  }
  await writeFile(at('serve.json'), JSON.stringify(config))
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 3 })
  return { folder, config, file: at('serve.json'), remove }
}

/** Starts a service on a ground; errors of its own fail the test that hears of them. */
export async function startOn(
  { config }: Pick<ServeGround, 'config'>,
  options: ServiceOptions = {},
): Promise<Service & { errors: unknown[]; as: (author: string) => Promise<Client> }> {
  const errors: unknown[] = []
  const service = await startService(config, {
    onError: (error) => errors.push(error),
    ...options,
  })
  const as = async (author: string): Promise<Client> => {
    const { token } = await addToken(service.database, author)
    return new Client(service.url, token)
  }
  return { ...service, errors, as }
}

/** What an author does. */
export class Client {
  readonly url: string
  readonly token: string

  constructor(url: string, token: string) {
    this.url = url
    this.token = token
  }

  get headers(): Record<string, string> {
    return { authorization: `Bearer ${this.token}` }
  }

  send(entries: readonly PackEntry[] | Buffer): Promise<Response> {
    return fetch(`${this.url}/v1/submissions`, {
      method: 'POST',
      headers: { ...this.headers, 'content-type': 'application/gzip' },
      body: Buffer.isBuffer(entries) ? entries : pack(entries),
    })
  }

  /** Hands in what is taken; returns its ticket. */
  async submit(entries: readonly PackEntry[]): Promise<string> {
    const response = await this.send(entries)
    const body = (await response.json()) as { ticket?: string }
    if (response.status !== 202) throw new Error(`${response.status} ${JSON.stringify(body)}`)
    return body.ticket!
  }

  look(ticket: string): Promise<Response> {
    return fetch(`${this.url}/v1/submissions/${ticket}`, { headers: this.headers })
  }

  /** The answer, once there is one. */
  async answer(ticket: string): Promise<Record<string, unknown>> {
    for (;;) {
      const response = await this.look(ticket)
      const body = (await response.json()) as { state: string; answer: Record<string, unknown> }
      if (response.status !== 200 && response.status !== 429) throw new Error(JSON.stringify(body))
      if (body.state === 'answered') return body.answer
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
  }
}
