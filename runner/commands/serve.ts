import { didYouMean } from '../../engine/nearest.ts'
import { UsageError } from '../../engine/usage-error.ts'
import { readCount, readFlags } from '../flags.ts'
import { verifyAudit } from '../serve/audit.ts'
import { readServeConfig } from '../serve/config.ts'
import type { Database } from '../serve/database/database.ts'
import { openState, startService } from '../serve/service.ts'
import { addToken, listTokens, revokeTokens } from '../serve/tokens.ts'

export const serveHelp = `backlot serve – scores what authors hand in on sealed cases, and tells them little

  backlot serve                        starts the service, on http://127.0.0.1:4020
  backlot serve token add NAME         a token for an author; it is shown once
  backlot serve token list             whose tokens there are
  backlot serve token revoke NAME      takes back all tokens of an author, or one by its id
  backlot serve audit verify           whether the audit log is as it was written

  --config FILE    what is served (serve.yaml): project, holdout, scenarios, questions …; docs/serving.md
  --port N         where to listen (4020); 0 takes a free port
  --host NAME      the address to listen on (127.0.0.1)
  --days N         token add: how long the token opens; for ever without
  --head HASH      audit verify: a hash that was noted earlier must still be in the log
  --json           as JSON

State is kept in SQLite in the folder data of the configuration, or in PostgreSQL when DATABASE_URL is
set. Ends with 1 when the audit log was tampered with.
`

const flags = {
  config: { type: 'string', default: 'serve.yaml' },
  port: { type: 'string', short: 'p', default: '4020' },
  host: { type: 'string', default: '127.0.0.1' },
  days: { type: 'string' },
  head: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const

type Values = ReturnType<typeof readFlags<typeof flags>>['values']
type Act = (database: Database, values: Values, rest: readonly string[]) => Promise<number>

const acts: Readonly<Record<string, Act>> = {
  'token add': add,
  'token list': list,
  'token revoke': revoke,
  'audit verify': verify,
}

/** Runs `backlot serve`; returns the exit code. */
export async function serve(args: readonly string[]): Promise<number> {
  const { values, positionals } = readFlags('serve', args, flags)
  if (positionals.length === 0) return stand(values)
  const name = positionals.slice(0, 2).join(' ')
  if (!Object.hasOwn(acts, name)) {
    const near = didYouMean(name, Object.keys(acts))
    throw new UsageError(`Serve can't "${name}".`, { fix: `${near} See backlot serve --help.` })
  }
  const database = await openState(await readServeConfig(values.config), databaseUrl())
  try {
    return await acts[name]!(database, values, positionals.slice(2))
  } finally {
    await database.close()
  }
}

async function stand(values: Values): Promise<number> {
  const config = await readServeConfig(values.config)
  const port = readCount('--port', values.port, 0)
  if (port > 65_535) throw new UsageError(`"${port}" is no port.`, { field: '--port' })
  const service = await startService(config, {
    port,
    host: values.host,
    databaseUrl: databaseUrl(),
    onError: (error) => {
      const said = error instanceof Error ? (error.stack ?? error.message) : String(error)
      process.stderr.write(`${new Date().toISOString()} ${said}\n`)
    },
  })
  try {
    const { url, database } = service
    const ready = `${config.project} is scored at ${url}\nstate in ${database.place}\n`
    process.stdout.write(
      values.json ? `${JSON.stringify({ url, state: database.place, pid: process.pid })}\n` : ready,
    )
    if (config.wall === 'environment') {
      const warning = 'The wall is the environment alone: what is handed in can read the cases.\n'
      process.stderr.write(warning)
    }
    await interrupted()
  } finally {
    await service.close()
  }
  return 0
}

async function add(database: Database, values: Values, rest: readonly string[]): Promise<number> {
  const author = needOne(rest, 'Whose token is it?')
  const lifeDays = values.days === undefined ? undefined : readCount('--days', values.days, 1)
  const { id, token } = await addToken(database, author, { lifeDays })
  say(values, { id, author, token }, [
    token,
    `It is shown this once, and kept as a hash only. Take it back with: backlot serve token revoke ${id}`,
  ])
  return 0
}

async function list(database: Database, values: Values, rest: readonly string[]): Promise<number> {
  needNone(rest)
  const tokens = await listTokens(database)
  const now = Date.now()
  say(
    values,
    { tokens },
    tokens.map(({ id, author, created, expires, revoked }) => {
      const isOver = expires !== null && expires <= now
      const state = revoked !== null ? 'taken back' : isOver ? 'expired' : 'open'
      return `${id}  ${state.padEnd(10)}  ${new Date(created).toISOString()}  ${author}`
    }),
  )
  return 0
}

async function revoke(
  database: Database,
  values: Values,
  rest: readonly string[],
): Promise<number> {
  const name = needOne(rest, 'Whose tokens, or which one?')
  const revoked = await revokeTokens(database, name)
  say(values, { revoked }, [`${revoked} token${revoked === 1 ? '' : 's'} taken back.`])
  return 0
}

async function verify(
  database: Database,
  values: Values,
  rest: readonly string[],
): Promise<number> {
  needNone(rest)
  const found = await verifyAudit(database, values.head)
  const { entries, head, broken } = found
  say(values, found, [
    broken === undefined
      ? `${entries} entries, all as they were written. Note the head where no author writes: ${head}`
      : `The log was tampered with: entry ${broken.number} ${broken.how}.`,
  ])
  return broken === undefined ? 0 : 1
}

function databaseUrl(): string | undefined {
  const url = process.env['DATABASE_URL']
  return url === '' ? undefined : url
}

function needOne(rest: readonly string[], question: string): string {
  const [name, more] = rest
  if (name !== undefined && more === undefined) return name
  throw new UsageError(question, { fix: 'Name one; see backlot serve --help.' })
}

function needNone([first]: readonly string[]): void {
  if (first !== undefined) throw new UsageError(`"${first}" is one too many.`, {})
}

function say({ json }: Values, value: object, lines: readonly string[]): void {
  process.stdout.write(json ? `${JSON.stringify(value)}\n` : `${lines.join('\n')}\n`)
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
}
