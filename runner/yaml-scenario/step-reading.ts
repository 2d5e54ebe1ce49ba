import { didYouMean } from '../../engine/nearest.ts'
import { methods, type Method } from './story.ts'
import type { ScalarTree, Source, Tree } from './tree.ts'
import type { Names } from './value.ts'

/** What reading steps needs. */
export interface StepReading {
  source: Source
  names: Names
  /** The twins that the scenario may name. */
  twins: readonly string[]
  /** Those of them that are ours: their makers' fields are known. */
  ownTwins: readonly string[]
}

/** Says so when the scenario has no such twin. */
export function needTwin(twin: string, tree: Tree, { twins, source }: StepReading): void {
  if (twins.includes(twin)) return
  const what = `The scenario has no twin "${twin}" among its twins.`
  throw source.mistake(what, tree, { fix: didYouMean(twin, twins) })
}

/** The first word and the rest, each without space around. */
export function splitOnce(text: string, by: string): string[] {
  const at = text.trim().indexOf(by)
  return at === -1 ? [text.trim()] : [text.trim().slice(0, at), text.trim().slice(at).trim()]
}

/** Whether a word is a method of HTTP. */
export function isMethod(word: string): word is Method {
  return (methods as readonly string[]).includes(word)
}

/** The end of a text as a text of its own, which still knows its place. */
export function restOf(scalar: ScalarTree, from: number): ScalarTree {
  const { textAt } = scalar
  const value = String(scalar.value).slice(from)
  return { ...scalar, value, ...(textAt === undefined ? {} : { textAt: textAt + from }) }
}
