import { mkdir, open, readdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, resolve } from 'node:path'
import { didYouMean } from '../../engine/nearest.ts'
import { UsageError } from '../../engine/usage-error.ts'
import { twinNames } from '../../twins/index.ts'
import { splitTwin } from '../twin-word.ts'
import { typeScriptDraft, yamlDraft } from './draft.ts'

/** A scenario as it is asked for. */
export interface NewScenario {
  /** `offboarding/leaver`; an ending chooses the language. */
  id: string
  twins: readonly string[]
  yaml: boolean
}

/** A scenario that was written. */
export interface WrittenScenario {
  id: string
  /** From where we are. */
  file: string
  /** What an editor needs to complete what is in it. */
  missing?: string
}

const endings = ['.ts', '.mts', '.js', '.mjs', '.cts', '.cjs', '.yaml', '.yml', '.json']

/** Writes a scenario that runs, below `./scenarios`. Throws a UsageError rather than overwrite anything. */
export async function writeNewScenario(asked: NewScenario): Promise<WrittenScenario> {
  for (const word of asked.twins) needTwin(word)
  const ending = /\.(ts|ya?ml)$/.exec(asked.id)?.[0]
  const id = needId(ending === undefined ? asked.id : asked.id.slice(0, -ending.length))
  const inYaml = asked.yaml || (ending !== undefined && ending !== '.ts')
  const file = join('scenarios', id + (inYaml ? (ending ?? '.yaml') : '.ts'))
  await needFree(id)
  const name = nameOf(id)
  const text = inYaml ? yamlDraft(name, asked.twins) : typeScriptDraft(name, asked.twins)
  await writeNewFile(file, text)
  const missing = inYaml || findsLanguage(file) ? undefined : 'npm install --save-dev backlot'
  return { id, file, ...(missing === undefined ? {} : { missing }) }
}

/** Writes a file that must not be there. Throws a UsageError when it is, or when it can't be written. */
export async function writeNewFile(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true })
    const handle = await open(file, 'wx')
    await handle.writeFile(text).finally(() => handle.close())
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const there = { file, fix: 'Choose another name, or remove it first.' }
    if (code === 'EEXIST') throw new UsageError('There is such a file already.', there)
    throw new UsageError(`The file can't be written: ${message}.`, { file })
  }
}

function needId(id: string): string {
  const plain = id.replace(/^\.?\/?scenarios\//, '')
  if (/^[a-z0-9][\w-]*(?:\/[a-z0-9][\w-]*)*$/i.test(plain)) return plain
  throw new UsageError(`"${id}" can be no id of a scenario.`, {
    fix: 'An id is a path of words, such as offboarding/leaver: letters, digits, - and _.',
  })
}

/** An id must lead to one file, whatever its ending. */
async function needFree(id: string): Promise<void> {
  const folder = dirname(join('scenarios', id))
  const names = await readdir(folder).catch(() => [])
  const taken = names.find((one) => endings.some((ending) => one === basename(id) + ending))
  if (taken === undefined) return
  const fix = 'Choose another id, or remove it first.'
  throw new UsageError(`There is a scenario "${id}" already.`, { file: join(folder, taken), fix })
}

function needTwin(word: string): void {
  const { name, path } = splitTwin(word)
  if (path !== undefined || (twinNames as string[]).includes(name)) return
  const fix = `${didYouMean(word, twinNames)} Any other is named with its place: desk=./twin.`
  throw new UsageError(`There is no twin "${word}".`, { field: '--twins', fix })
}

/** `offboarding/leaver-keeps-no-access` as `Leaver keeps no access`. */
function nameOf(id: string): string {
  const words = basename(id).replaceAll(/[-_]+/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** Whether `backlot/scenario` is found from there. */
function findsLanguage(file: string): boolean {
  try {
    createRequire(resolve(file)).resolve('backlot/scenario')
    return true
  } catch {
    return false
  }
}
