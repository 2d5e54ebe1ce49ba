import { dirname, resolve } from 'node:path'

/** What a scenario writes for a twin: a name (`okta`), or a name and where the twin is made from (`desk=./twin`). */
export function splitTwin(word: string): { name: string; path: string | undefined } {
  const at = word.indexOf('=')
  if (at === -1) return { name: word, path: undefined }
  return { name: word.slice(0, at), path: word.slice(at + 1) }
}

/** The same with its path as seen from the scenario's file. */
export function placeTwin(word: string, file: string): string {
  const { name, path } = splitTwin(word)
  return path === undefined ? name : `${name}=${resolve(dirname(file), path)}`
}

/** The names under which a scenario finds its twins. */
export function namesOfTwins(words: readonly string[]): string[] {
  return words.map((word) => splitTwin(word).name)
}
