import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Node,
} from 'yaml'
import { UsageError, type Whereabouts } from '../../engine/usage-error.ts'

/** A part of a scenario's file that knows where it stands. */
export type Tree = MapTree | ListTree | ScalarTree

export interface MapTree extends Placed {
  kind: 'map'
  entries: Map<string, Field>
}

export interface ListTree extends Placed {
  kind: 'list'
  items: Tree[]
}

export interface ScalarTree extends Placed {
  kind: 'scalar'
  value: string | number | boolean | null
  /** Where its text begins in the file, when it stands there letter by letter. */
  textAt?: number
}

export interface Field {
  key: Placed
  value: Tree
}

/** Something that stands at an offset of the file. */
export interface Placed {
  at: number
}

const charsMax = 512 * 1024
const nodesMax = 20_000
const depthMax = 60

/** The text of a scenario's file; says where things stand. */
export class Source {
  readonly file: string
  readonly text: string
  readonly lines = new LineCounter()

  constructor(file: string, text: string) {
    this.file = file
    this.text = text
  }

  /** The place of something, for messages. */
  where({ at }: Placed, field?: string): Whereabouts {
    const { line, col } = this.lines.linePos(at)
    return { file: this.file, line, column: col, ...(field === undefined ? {} : { field }) }
  }

  /** A mistake of the author, with its place. */
  mistake(
    what: string,
    at: Placed,
    { fix, field }: { fix?: string | undefined; field?: string } = {},
  ) {
    return new UsageError(what, { ...this.where(at, field), fix })
  }
}

/**
 * Reads a JSON or YAML text (JSON is YAML) as a tree. Throws a UsageError when it is neither, or
 * larger than anybody writes by hand: 512 Ki letters, 20,000 values, 60 levels (aliases count as
 * often as they are used, so that a few lines can't stand for billions).
 */
export function readTree(source: Source): Tree {
  const { file, text, lines } = source
  if (text.length > charsMax) {
    const fix = `A scenario has at most ${charsMax / 1024} Ki letters.`
    throw new UsageError('The file is too large for a scenario.', { file, fix })
  }
  const document = parse(source)
  const [error] = document.errors
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0])
    const kind = file.endsWith('.json') ? 'JSON' : 'YAML'
    const message = error.message.replace(/\.$/, '')
    // Braces have a meaning of their own within braces.
    const isBare = kind === 'YAML' && text.split('\n')[line - 1]?.includes('${') === true
    const fix = isBare ? "Put '${…}' in quotes where it stands within { } or [ ]." : undefined
    throw new UsageError(`This is not ${kind}: ${message}.`, { file, line, column: col, fix })
  }
  if (document.contents === null) {
    throw new UsageError('The file is empty.', { file, fix: 'backlot scenario new writes one.' })
  }
  return new TreeBuilder(source, document).build(document.contents, 0)
}

function parse({ file, text, lines }: Source): Document.Parsed {
  try {
    // Repeated keys are found below: the reader compares each with each.
    return parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false })
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new UsageError('The file is nested too deep for a scenario.', { file })
  }
}

class TreeBuilder {
  #nodes = 0
  readonly #source: Source
  readonly #document: Document.Parsed

  constructor(source: Source, document: Document.Parsed) {
    this.#source = source
    this.#document = document
  }

  build(node: Node | null, depth: number): Tree {
    const at = node?.range?.[0] ?? 0
    if (++this.#nodes > nodesMax) {
      throw this.#source.mistake(`The file has more than ${nodesMax} values.`, { at })
    }
    if (depth > depthMax) {
      throw this.#source.mistake(`This is nested more than ${depthMax} levels deep.`, { at })
    }
    if (node === null) return { kind: 'scalar', value: null, at }
    if (isAlias(node)) {
      return this.build((node.resolve(this.#document) as Node | undefined) ?? null, depth + 1)
    }
    if (isSeq(node)) {
      const items = node.items.map((item) => this.build(item as Node | null, depth + 1))
      return { kind: 'list', items, at }
    }
    if (isMap(node)) {
      const entries = new Map<string, Field>()
      for (const { key, value } of node.items) {
        const [name, place] = this.#key(key, at)
        if (entries.has(name)) {
          throw this.#source.mistake(`"${name}" stands here twice.`, place, {
            fix: 'Leave one of them out.',
          })
        }
        const tree = this.build(value as Node | null, depth + 1)
        // What has no value at all stands where its key stands.
        entries.set(name, { key: place, value: value === null ? { ...tree, ...place } : tree })
      }
      return { kind: 'map', entries, at }
    }
    return this.#scalar(node, at)
  }

  #key(key: unknown, at: number): [string, Placed] {
    const place = { at: (key as Node | null)?.range?.[0] ?? at }
    if (!isScalar(key) || typeof key.value === 'object') {
      throw this.#source.mistake('A name is needed before the colon.', place, {
        fix: 'Put texts that begin with { or [ or * in quotes.',
      })
    }
    const name = String(key.value)
    // It would not be a field but the ancestor of the object.
    if (name === '__proto__') throw this.#source.mistake('No field may be named __proto__.', place)
    return [name, place]
  }

  #scalar(node: Node, at: number): ScalarTree {
    const value = isScalar(node) ? node.value : undefined
    if (typeof value === 'number' && Number.isFinite(value)) return { kind: 'scalar', value, at }
    if (typeof value === 'boolean' || value === null) return { kind: 'scalar', value, at }
    if (typeof value !== 'string') {
      throw this.#source.mistake('A text, a number, true, false or null is needed here.', { at })
    }
    const { text } = this.#source
    const textAt = [at, at + 1].find((start) => text.startsWith(value, start))
    return { kind: 'scalar', value, at, ...(textAt === undefined ? {} : { textAt }) }
  }
}

/** What a tree holds, as it is written. */
export function toValue(tree: Tree): unknown {
  if (tree.kind === 'scalar') return tree.value
  if (tree.kind === 'list') return tree.items.map(toValue)
  return Object.fromEntries([...tree.entries].map(([name, { value }]) => [name, toValue(value)]))
}
