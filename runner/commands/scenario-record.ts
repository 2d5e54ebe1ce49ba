import { existsSync } from 'node:fs'
import { dirname, relative, sep } from 'node:path'
import { readDuration } from '../../engine/clock.ts'
import { UsageError } from '../../engine/usage-error.ts'
import { writeNewFile } from '../author/new-scenario.ts'
import { standForRecording, type RecordingStand } from '../author/record/recording-stand.ts'
import { writeUp, type WriteUp } from '../author/record/write-up.ts'
import { clientEnv } from '../client-env.ts'
import { readCount, readFlags } from '../flags.ts'
import { viewPlaces } from '../place-view.ts'
import { inert } from '../report/words.ts'
import { splitTwin } from '../twin-word.ts'

/** Runs `backlot scenario record`; returns the exit code. */
export async function recordScenario(args: readonly string[]): Promise<number> {
  const { twins, out, name, forMs, port, seedFile, json } = readRecordOptions(args)
  const stand = await standForRecording({ twins, port, seedFile })
  process.stdout.write(json ? `${JSON.stringify(toReady(stand))}\n` : describe(stand))
  await untilEnded(forMs)
  const recording = await stand.end()
  if (recording.calls.length === 0) {
    const fix = 'Call the twins at the addresses that were printed, with the tokens beside them.'
    throw new UsageError('Nothing was called, so there is nothing to write.', { fix })
  }
  const { credentials } = stand
  const words = twins.map((word) => seenFrom(word, out))
  const written = await writeUp(recording, { name, file: out, words, credentials })
  await writeNewFile(out, written.text)
  const { text: _text, ...told } = written
  process.stdout.write(
    json ? `${JSON.stringify({ file: out, ...told })}\n` : tellWriteUp(out, written),
  )
  return 0
}

/** A scenario names the place of a twin as seen from its own file. */
function seenFrom(word: string, file: string): string {
  const { name, path } = splitTwin(word)
  if (path === undefined) return word
  const way = relative(dirname(file), path).split(sep).join('/')
  return `${name}=${way.startsWith('.') ? way : `./${way}`}`
}

function readRecordOptions(args: readonly string[]) {
  const { values, positionals } = readFlags('scenario', args, {
    twins: { type: 'string' },
    out: { type: 'string', short: 'o' },
    name: { type: 'string', default: 'What was recorded is done again' },
    for: { type: 'string' },
    port: { type: 'string', default: '0' },
    seed: { type: 'string' },
    json: { type: 'boolean', default: false },
  })
  const example = 'Write backlot scenario record --twins okta,slack --out scenarios/joiner.yaml.'
  const { out } = values
  const twins = values.twins?.split(',').filter(Boolean) ?? []
  if (positionals.length > 0 || twins.length === 0 || out === undefined) {
    throw new UsageError('Which twins, and into which file?', { fix: example })
  }
  if (!/\.(?:ts|ya?ml)$/.test(out)) {
    const fix = 'Name a file that ends with .ts or .yaml.'
    throw new UsageError(`A scenario can't be written to "${out}".`, { field: '--out', fix })
  }
  if (existsSync(out)) {
    const fix = 'Choose another name, or remove it first.'
    throw new UsageError('There is such a file already.', { field: '--out', file: out, fix })
  }
  return {
    twins: [...new Set(twins)],
    out,
    name: values.name,
    forMs: values.for === undefined ? undefined : readTime(values.for),
    port: readCount('--port', values.port, 0),
    seedFile: values.seed,
    json: values.json,
  }
}

/** `90s`, `5m`, `2 hours`, in ms. */
function readTime(text: string): number {
  const short = /^(\d+(?:\.\d+)?)([smh])$/.exec(text)
  const words = { s: 'seconds', m: 'minutes', h: 'hours' }
  try {
    return readDuration(short === null ? text : `${short[1]} ${words[short[2] as 's']}`)
  } catch {
    const fix = 'Write 90s, 5m, or "2 hours".'
    throw new UsageError(`"${text}" is no length of time.`, { field: '--for', fix })
  }
}

/** Until Ctrl-C, the time that was given, or the end of what is piped in. */
function untilEnded(forMs: number | undefined): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const end = (): void => resolve()
  process.once('SIGINT', end)
  process.once('SIGTERM', end)
  const timer = forMs === undefined ? undefined : setTimeout(end, forMs)
  if (forMs === undefined && !process.stdin.isTTY) {
    process.stdin.once('end', end).once('close', end).resume()
  }
  return promise.finally(() => {
    process.off('SIGINT', end)
    process.off('SIGTERM', end)
    clearTimeout(timer)
    process.stdin.off('end', end).off('close', end).pause()
  })
}

function describe({ url, places, worlds }: RecordingStand): string {
  const { world } = worlds.default!
  const lines = [`Recording at ${url}. Work against the twins; Ctrl-C writes the scenario.`, '']
  for (const [name, place] of Object.entries(places)) {
    lines.push(`${name.padEnd(8)}${place.url}`)
    for (const [key, value] of Object.entries(clientEnv(world, { [name]: place }))) {
      lines.push(`        ${key}=${value}`)
    }
  }
  return `${lines.join('\n')}\n`
}

function toReady({ url, places, worlds }: RecordingStand): unknown {
  return { ready: true, url, twins: viewPlaces(worlds.default!, { ...places }) }
}

function tellWriteUp(file: string, { repeated, idleFallsShortOf, calls, checks }: WriteUp): string {
  const lines = [`${file} is written, of ${calls} calls: ${checks} checks.`]
  if (repeated.verdict === 'satisfied') {
    lines.push('  ✓ a subject that repeats the calls satisfies it')
  } else {
    lines.push(
      `  ✗ a subject that repeats the calls does not satisfy it: ${repeated.why.join('; ')}`,
    )
  }
  lines.push(
    idleFallsShortOf > 0
      ? `  ✓ one that does nothing falls short of ${idleFallsShortOf}`
      : '  ✗ one that does nothing satisfies it: add a check',
    'Next: tell it as a story (who, what for), and take out what does not matter.',
  )
  return inert(`${lines.join('\n')}\n`)
}
