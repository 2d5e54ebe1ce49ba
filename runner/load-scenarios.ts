import { readdir, stat } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { UsageError } from '../engine/usage-error.ts'
import { checkScenario, locate } from './check-scenario.ts'
import { provideLanguage } from './own-language.ts'
import { readText } from './read-document.ts'
import type { Scenario } from './scenario.ts'
import { loadStory, looksLikeStory } from './yaml-scenario/load.ts'

/** A scenario with the name by which trials are addressed. */
export interface LoadedScenario {
  /** Its path without the ending, from the folder `scenarios` or from where we are. */
  id: string
  file: string
  scenario: Scenario
}

/** A file that should hold a scenario and does not. The others are played all the same. */
export interface BrokenScenario {
  id: string
  file: string
  error: UsageError
}

export interface LoadedScenarios {
  scenarios: LoadedScenario[]
  broken: BrokenScenario[]
}

/** The public cases that come with Backlot. */
export const ownScenarios = join(import.meta.dirname, '..', 'scenarios')

const endings = ['', '.ts', '.js', '.mts', '.mjs', '.cts', '.cjs', '.yaml', '.yml', '.json']
const ending = /\.(?:[cm]?js|[cm]?ts|ya?ml|json)$/
const told = /\.(?:ya?ml|json)$/
const notScenarios = /(?:\.test|\.d)\.[cm]?[jt]s$|(?:^|[/\\])[_.][^/\\]*$/

/** Loads scenarios by file, folder or id, in the order of their ids. Throws a UsageError when a path leads nowhere. */
export async function loadScenarios(
  paths: readonly string[],
  from = process.cwd(),
): Promise<LoadedScenarios> {
  const files = new Set<string>()
  for (const path of paths) {
    for (const file of await findFiles(path, from)) files.add(file)
  }
  if (files.size === 0) {
    throw new UsageError(`There is no scenario in ${paths.join(', ')}.`, {
      fix: 'A scenario is a .ts or .js file whose default export is scenario(…), or a .yaml file. backlot scenario new writes one.',
    })
  }
  const out: LoadedScenarios = { scenarios: [], broken: [] }
  const byId = Map.groupBy([...files].sort(), (file) => idOf(file, from))
  for (const [id, [first, ...others]] of byId) {
    // The one that a replay of this id finds.
    const [led = first!] = others.length === 0 ? [] : await findFiles(id, from)
    for (const file of [first!, ...others]) {
      if (file === led) continue
      const what = `Its id "${id}" is that of ${relative(from, led)} as well.`
      const error = new UsageError(what, { file, fix: 'Rename one of them.' })
      out.broken.push({ id, file, error })
    }
    const file = led
    try {
      out.scenarios.push({ id, file, scenario: await loadOne(file) })
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      out.broken.push({ id, file, error })
    }
  }
  return out
}

/** `scenarios/offboarding/leaver.ts` as `offboarding/leaver`: what `findFiles` leads back to the file. */
export function idOf(file: string, from: string): string {
  const roots = [join(from, 'scenarios'), ownScenarios]
  const root = roots.find((one) => !relative(one, file).startsWith('..')) ?? from
  return relative(root, file).split(sep).join('/').replace(ending, '')
}

/** The scenario files that a path, a folder or an id leads to. Throws a UsageError when it leads nowhere. */
export async function findFiles(path: string, from: string): Promise<string[]> {
  const whole = resolve(from, path)
  const candidates = endings.map((one) => whole + one)
  for (const root of [join(from, 'scenarios'), ownScenarios]) {
    candidates.push(...endings.map((one) => join(root, path + one)))
  }
  for (const candidate of candidates) {
    const found = await stat(candidate).catch(() => undefined)
    if (found?.isDirectory()) return listFolder(candidate)
    if (found?.isFile()) return [needScript(candidate)]
  }
  throw new UsageError(`There is no scenario file or folder "${path}".`, {
    fix: 'Give a file, a folder, or an id such as offboarding/leaver.',
  })
}

async function listFolder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((one) => one.isFile() && ending.test(one.name) && !notScenarios.test(one.name))
    .map((one) => join(one.parentPath, one.name))
    .filter((file) => !relative(folder, file).includes('node_modules'))
  const are = await Promise.all(files.map(isMeant))
  return files.filter((_, i) => are[i])
}

/** Whether a file of a folder means to be a scenario: data lies about beside them. */
async function isMeant(file: string): Promise<boolean> {
  return !told.test(file) || looksLikeStory(await readText(file))
}

function needScript(file: string): string {
  if (ending.test(file)) return file
  throw new UsageError('A scenario is a .ts, .js or .yaml file.', { file })
}

async function loadOne(file: string): Promise<Scenario> {
  if (told.test(file)) return loadStory(file)
  const text = await readText(file)
  let exported: unknown
  try {
    exported = await importDefault(file)
  } catch (error) {
    throw toUsageError(error, file, text)
  }
  return checkScenario(exported, file, text)
}

const LOAD_MS = 30_000

/** A file that waits at its top for what never comes must not take the others with it. */
async function importDefault(file: string): Promise<unknown> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    late.reject(new Error(`it did not come to its end within ${LOAD_MS / 1000} s`))
  }, LOAD_MS)
  try {
    provideLanguage()
    const loading = import(pathToFileURL(file).href) as Promise<{ default?: unknown }>
    return (await Promise.race([loading, late.promise])).default
  } finally {
    clearTimeout(timer)
  }
}

/** What to do about mistakes whose own words do not say it. */
const fixes: readonly (readonly [form: RegExp, fix: string])[] = [
  [
    /not supported in strip-only mode/,
    'Node runs TypeScript by leaving the types out: write what is left without them.',
  ],
  [/^scenario is not defined/, "Write import { scenario } from 'backlot/scenario' at the top."],
]

/** What went wrong while a file was loaded, with its line and column. */
function toUsageError(error: unknown, file: string, text: string): UsageError {
  if (error instanceof UsageError) return error
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error))
  const here = stack
    .split('\n')
    .find((line) => line.includes(pathToFileURL(file).href) || line.includes(file))
  const spot = here === undefined ? null : /:(\d+)(?::(\d+))?\)?$/.exec(here.trim())
  const missing = /^Cannot find (?:module|package) '([^']+)'/.exec(message)?.[1]
  if (missing !== undefined) return cantImport(missing, file, text)
  // A syntax error shows the line and a row of carets below it.
  const caret = stack.split('\n').find((line) => /^\s*\^+\s*$/.test(line))
  const column = spot?.[2] ?? (caret === undefined ? undefined : caret.indexOf('^') + 1)
  return new UsageError(`The scenario does not load: ${message.split('\n', 1)[0]}.`, {
    file,
    line: spot === null ? undefined : Number(spot[1]),
    column: column === undefined ? undefined : Number(column),
    fix: fixes.find(([form]) => form.test(message))?.[1],
  })
}

/** What is imported and is not there, with the line that imports it. */
function cantImport(missing: string, file: string, text: string): UsageError {
  const name = missing.split('/').at(-1)!
  const spot = missing.includes('/') ? locate(text, name) : locate(text, missing)
  return new UsageError(`The scenario imports "${name}", which is not there.`, {
    file,
    ...spot,
    fix: missing.includes('/')
      ? 'Check its path and its ending, as seen from this file.'
      : `npm install --save-dev ${missing}`,
  })
}
