import { depths } from '../../engine/depth.ts'
import { UsageError } from '../../engine/usage-error.ts'
import { twinNames } from '../../twins/index.ts'
import { adminPrefix } from '../admin/admin.ts'
import { readCount, readDepth, readFlags } from '../flags.ts'
import type { OnWarning } from '../spec-file.ts'
import { standUp, toReady, type StandOptions } from '../stand.ts'
import { describeStand } from './up-text.ts'

export const upHelp = `backlot up [twins] – stands up twins and keeps them running

  backlot up                    all twins, on http://127.0.0.1:4010
  backlot up okta slack         these alone
  backlot up ./shop.yaml        any API from its OpenAPI document (name=./file names it)
  backlot up --json             one line of JSON when ready, on a free port: for programs

  --port N         where to listen; 0 takes a free port
  --host NAME      the address to listen on (127.0.0.1)
  --seed FILE      rows to begin with, YAML or JSON: { okta: { user: [{ … }] }, slack: { channel: [{ … }] } }
  --seed-text S    what everything that looks like chance follows from (backlot)
  --limits         the services' rate limits are on
  --min-depth D    anything shallower answers 501: ${depths.join(', ')}
  --journal N      how many calls each world's journal holds (2000)
  --strict-https   events go to https receivers only, as the services have it
  --json           one line of JSON instead of text

Time follows the wall clock. Worlds, clock, faults, rows and the journal are governed over the
admin API at ${adminPrefix}, with the token that is printed.
`

/** Runs `backlot up` until it is interrupted; returns the exit code. */
export async function up(args: readonly string[]): Promise<number> {
  const options = readUpOptions(args)
  const stand = await standUp({ ...options, onWarning: warn })
  const ended = interrupted()
  try {
    const told = options.json ? `${JSON.stringify(toReady(stand))}\n` : describeStand(stand)
    process.stdout.write(told)
    await ended
  } finally {
    await stand.close()
  }
  return 0
}

/** Reads the command line. Throws a UsageError that names what is wrong and what is meant. */
export function readUpOptions(args: readonly string[]): StandOptions & { json: boolean } {
  const { values, positionals } = readFlags('up', args, {
    port: { type: 'string', short: 'p' },
    host: { type: 'string', default: '127.0.0.1' },
    seed: { type: 'string' },
    'seed-text': { type: 'string' },
    limits: { type: 'boolean', default: false },
    journal: { type: 'string' },
    'min-depth': { type: 'string' },
    'strict-https': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  })
  const { host, limits, journal, json, seed, 'seed-text': seedText, 'min-depth': minDepth } = values
  const names = positionals.flatMap((one) => one.split(',')).filter(Boolean)
  return {
    twins: names.length > 0 ? [...new Set(names)] : twinNames,
    // A program reads the port from what is printed; a person wants the same one every day.
    port: values.port === undefined ? (json ? 0 : 4010) : readPort(values.port),
    host,
    limits,
    strictHttps: values['strict-https'],
    json,
    ...(journal === undefined ? {} : { journal: readCount('--journal', journal, 1) }),
    ...(seed === undefined ? {} : { seedFile: seed }),
    ...(seedText === undefined ? {} : { seedText }),
    ...(minDepth === undefined ? {} : { minDepth: readDepth('--min-depth', minDepth) }),
  }
}

function readPort(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  const fix = 'Use a number from 0 to 65535; 0 takes a free port.'
  throw new UsageError(`"${text}" is no port.`, { field: '--port', fix })
}

/** What a document's reader had to leave out; the rest answers. */
const warn: OnWarning = (file, warnings) => {
  for (const { message, pointer } of warnings.slice(0, 5)) {
    process.stderr.write(`${file} (${pointer}): ${message}.\n`)
  }
  if (warnings.length > 5) {
    const rest = `… and ${warnings.length - 5} more; backlot import ${file} --out contract.json tells all.`
    process.stderr.write(`${rest}\n`)
  }
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
}
