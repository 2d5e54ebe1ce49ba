import { didYouMean } from '../../engine/nearest.ts'
import { ExpressionError, readPathParts, type Part } from './expression.ts'
import type { Text } from './story.ts'
import type { Field, MapTree, Placed, ScalarTree, Source, Tree } from './tree.ts'
import { checkNames, placeIn, readText, readValue, type Names, type Value } from './value.ts'

/** Reads the fields of an object of the file, each as what it has to be. All throw a UsageError with the place. */
export class Fields {
  readonly #map: MapTree
  readonly #source: Source
  readonly #names: Names

  constructor(map: MapTree, source: Source, names: Names) {
    this.#map = map
    this.#source = source
    this.#names = names
  }

  get at(): Placed {
    return this.#map
  }

  /** Says so when there are others than these. */
  only(what: string, known: readonly string[]): void {
    for (const [name, { key }] of this.#map.entries) {
      if (known.includes(name)) continue
      throw this.#source.mistake(`${what} has no "${name}".`, key, { fix: didYouMean(name, known) })
    }
  }

  has(name: string): boolean {
    return this.#map.entries.has(name)
  }

  need(name: string, fix: string): Field {
    const field = this.#map.entries.get(name)
    if (field !== undefined) return field
    throw this.#source.mistake(`"${name}" is missing.`, this.#map, { fix })
  }

  value(name: string): Value | undefined {
    const field = this.#map.entries.get(name)
    return field && readValue(field.value, { source: this.#source, names: this.#names })
  }

  /** A text with calculations in it. */
  text(name: string, fix: string): Text {
    return this.asText(this.need(name, fix).value, fix)
  }

  /** A text that is written out. */
  word(name: string, fix: string): { text: string; scalar: ScalarTree } {
    const tree = this.need(name, fix).value
    if (tree.kind !== 'scalar' || typeof tree.value !== 'string' || tree.value.trim() === '') {
      throw this.#source.mistake(`"${name}" needs a text.`, tree, { fix })
    }
    return { text: tree.value, scalar: tree }
  }

  /** The name under which later steps find something. */
  name(key: string): string {
    const { text, scalar } = this.word(key, `Write ${key}: leaver.`)
    if (/^[\p{L}_][\p{L}\p{N}_]*$/u.test(text) && text !== 'now') return text
    throw this.#source.mistake(`"${text}" can be no name.`, scalar, {
      fix: 'A name has letters, digits and _, begins with a letter, and is not "now".',
    })
  }

  /** The list of texts under a name; one text stands for a list of one. */
  texts(name: string, fix: string): Text[] {
    const { value } = this.need(name, fix)
    return value.kind === 'list'
      ? value.items.map((item) => this.asText(item, fix))
      : [this.asText(value, fix)]
  }

  list(name: string, fix: string): Tree[] {
    const { value } = this.need(name, fix)
    if (value.kind === 'list') return value.items
    throw this.#source.mistake(`"${name}" needs a list.`, value, { fix })
  }

  map(name: string, fix: string): [string, Tree][] {
    const { value } = this.need(name, fix)
    if (value.kind === 'map') return [...value.entries].map(([key, field]) => [key, field.value])
    throw this.#source.mistake(`"${name}" needs names and values.`, value, { fix })
  }

  /** A path below what a look shows: `channels[name=general][0].id`. */
  path(name: string): Part[] {
    if (!this.has(name)) return []
    const { text, scalar } = this.word(name, 'Write at: channels[name=general][0].id.')
    try {
      const parts = readPathParts(text)
      for (const part of parts) {
        const nothing = { kind: 'value', value: undefined } as const
        checkNames({ kind: 'part', of: nothing, part, at: 0 }, this.#names)
      }
      return parts
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error
      throw this.#source.mistake(`${error.message}.`, placeIn(scalar, error.at), { fix: error.fix })
    }
  }

  asText(tree: Tree, fix: string): Text {
    if (tree.kind !== 'scalar' || tree.value === null || tree.value === '') {
      throw this.#source.mistake('A text is needed here.', tree, { fix })
    }
    const reading = { source: this.#source, names: this.#names }
    return { template: readText(tree, reading), scalar: tree }
  }
}
