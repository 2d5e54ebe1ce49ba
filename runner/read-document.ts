import { readFile } from 'node:fs/promises'
import { isScalar, LineCounter, parseDocument as parseYaml, type Document } from 'yaml'
import { UsageError, type Whereabouts } from '../engine/usage-error.ts'

/** A JSON or YAML file as a value that knows where its parts stand. */
export interface ReadDocument {
  file: string
  value: unknown
  /** Where a field stands, for messages: `at('budget', 'calls')`. */
  at: (...path: (string | number)[]) => Whereabouts
}

/** Reads a JSON or YAML file (JSON is YAML). Throws a UsageError with line and column when it is neither. */
export async function readDocument(file: string): Promise<ReadDocument> {
  return parseDocument(file, await readText(file))
}

/** The text of a JSON or YAML file as a document; throws as `readDocument` does. */
export function parseDocument(file: string, text: string): ReadDocument {
  const lines = new LineCounter()
  const document = parseYaml(text, { lineCounter: lines, prettyErrors: false, strict: true })
  const [error] = document.errors
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0])
    const kind = file.endsWith('.json') ? 'JSON' : 'YAML'
    throw new UsageError(`This is not ${kind}: ${error.message}.`, { file, line, column: col })
  }
  return {
    file,
    value: document.toJS(),
    at: (...path) => placeOf(document, lines, file, path),
  }
}

/** Reads a text file. Throws a UsageError when it can't be read. */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const what =
      code === 'ENOENT'
        ? 'There is no such file.'
        : code === 'EISDIR'
          ? 'This is a folder; a file is needed.'
          : `The file can't be read: ${message}.`
    throw new UsageError(what, { file })
  }
}

function placeOf(
  document: Document,
  lines: LineCounter,
  file: string,
  path: (string | number)[],
): Whereabouts {
  const field = path.join('.')
  for (let length = path.length; length >= 0; length--) {
    const range = rangeOf(document, path.slice(0, length))
    if (range === undefined) continue
    const { line, col } = lines.linePos(range)
    return field === '' ? { file, line, column: col } : { file, line, column: col, field }
  }
  return { file, field }
}

/** Where a node begins: its key where it has one. */
function rangeOf(document: Document, path: (string | number)[]): number | undefined {
  if (path.length > 0) {
    const parent = document.getIn(path.slice(0, -1), true) as { items?: unknown[] } | undefined
    for (const item of parent?.items ?? []) {
      const key = (item as { key?: unknown } | null)?.key
      if (isScalar(key) && key.value === path.at(-1)) return key.range?.[0]
    }
  }
  const node = document.getIn(path, true) as { range?: [number, number, number] } | undefined
  return node?.range?.[0]
}
