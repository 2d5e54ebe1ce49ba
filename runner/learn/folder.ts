import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import type { Contract } from '../../engine/contract/contract.ts'
import { formatContract } from '../../engine/contract/write.ts'
import { formatLearned, readLearned } from '../../engine/learn/format.ts'
import type { Learned, Lesson } from '../../engine/learn/knowledge.ts'
import { defineLearnedTwin } from '../../engine/learn/learned-twin.ts'
import type { TwinDefinition } from '../../engine/twin.ts'
import { UsageError } from '../../engine/usage-error.ts'
import { readText } from '../read-document.ts'

/** Whether a path is a folder with something learned in it. */
export async function isLearnedFolder(path: string): Promise<boolean> {
  return existsSync(join(path, 'learned.json'))
}

/** The twin in a folder that `backlot learn` wrote. Throws a UsageError. */
export async function loadLearnedTwin(folder: string, name?: string): Promise<TwinDefinition> {
  const learned = await readLearnedFile(folder)
  if (learned === undefined)
    throw new UsageError('There is no learned.json here.', { file: folder })
  const contract = (await parse(join(folder, 'contract.json'))) as Contract
  return defineLearnedTwin({ contract, learned }, name) as unknown as TwinDefinition
}

/** What a folder holds so far; undefined when there is nothing. Throws a UsageError when it can't be read. */
export async function readLearnedFile(folder: string): Promise<Learned | undefined> {
  const file = join(folder, 'learned.json')
  if (!existsSync(file)) return undefined
  const value = await parse(file)
  try {
    return readLearned(value)
  } catch (error) {
    throw new UsageError(`This is no learned.json: ${(error as Error).message}.`, { file })
  }
}

async function parse(file: string): Promise<unknown> {
  const text = await readText(file)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new UsageError(`This is not JSON: ${(error as Error).message}.`, { file })
  }
}

/** Writes the folder of a learned twin; a `twin.ts` that somebody changed is left alone. Returns what was written. */
export async function writeFolder(
  folder: string,
  lesson: Lesson,
  facts: string,
): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  const files: [string, string][] = [
    ['contract.json', formatContract(lesson.contract)],
    ['learned.json', formatLearned(lesson.learned)],
    ['FACTS.md', facts],
    ['twin.ts', twinText(folder, lesson.learned.name)],
  ]
  const written: string[] = []
  for (const [name, text] of files) {
    const file = join(folder, name)
    if (name === 'twin.ts' && existsSync(file) && !(await readFile(file, 'utf8')).includes(mark))
      continue
    await writeFile(file, text)
    written.push(file)
  }
  return written
}

const mark = 'learned from recordings; corrections belong into learned.json'

function twinText(folder: string, name: string): string {
  const word = name.replaceAll(/-(\w)/g, (_all, letter: string) => letter.toUpperCase())
  const from = engineFrom(folder)
  const imports =
    from === undefined
      ? `import { defineLearnedTwin, jsonFile, type Contract, type Learned } from 'backlot'`
      : `import type { Contract } from '${from}/contract/contract.ts'
import { jsonFile } from '${from}/contract/load.ts'
import type { Learned } from '${from}/learn/knowledge.ts'
import { defineLearnedTwin } from '${from}/learn/learned-twin.ts'`
  return `${imports}

/** ${name}, ${mark}. */
export const ${word} = defineLearnedTwin({
  contract: jsonFile<Contract>(new URL('./contract.json', import.meta.url)),
  learned: jsonFile<Learned>(new URL('./learned.json', import.meta.url)),
})
`
}

/** How a twin inside this repository reaches the engine; undefined for folders elsewhere. */
function engineFrom(folder: string): string | undefined {
  if (!import.meta.url.endsWith('.ts')) return undefined
  const root = resolve(import.meta.dirname, '../..')
  if (relative(root, resolve(folder)).startsWith('..')) return undefined
  return relative(resolve(folder), join(root, 'engine')).split(sep).join('/')
}
