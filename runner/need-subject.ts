import { existsSync } from 'node:fs'
import { relative, sep } from 'node:path'
import { didYouMean } from '../engine/nearest.ts'
import { UsageError } from '../engine/usage-error.ts'
import { findConfig } from './config/find-config.ts'

/**
 * What `--subject` means: a description file, or the name of a subject in the configuration, whose
 * only one is meant when nothing is said: `backlot.config.ts#desk`. Throws a UsageError when there is none.
 */
export function needSubject(command: string, word: string | undefined): string {
  if (
    word !== undefined &&
    (existsSync(word) || /[/\\#]|\.[cm]?[jt]s$|\.(json|ya?ml)$/.test(word))
  ) {
    return word
  }
  const found = findConfig()
  const names = Object.keys(found?.config.subjects ?? {})
  if (word === undefined && names.length === 1) return spell(found!.file, names[0]!)
  if (word !== undefined && names.includes(word)) return spell(found!.file, word)
  if (word !== undefined) {
    if (names.length === 0) return word
    const fix = `${didYouMean(word, names)} There are ${names.join(', ')}, or name a description file.`
    throw new UsageError(`There is no subject "${word}".`, { field: '--subject', fix })
  }
  throw new UsageError('Which code is to be run?', {
    field: '--subject',
    fix:
      names.length > 1
        ? `Name one: ${names.map((one) => `--subject ${one}`).join(', ')}.`
        : `Name its description: --subject subject.json. See backlot ${command} --help.`,
  })
}

function spell(file: string, name: string): string {
  return `${relative(process.cwd(), file).split(sep).join('/')}#${name}`
}
