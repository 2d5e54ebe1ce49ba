import { registerHooks, stripTypeScriptTypes } from 'node:module'
import { extname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { withoutWarning } from '../../without-warning.ts'

const scheme = 'sealed://'
const texts = new Map<string, string>()
let isRegistered = false
let count = 0

/**
 * Imports the text of a TypeScript module that must never stand on a disk; returns its default
 * export. It may import `backlot/scenario` and nothing else. What goes wrong is thrown without the
 * text: the caller says which case it was.
 */
export async function importFromMemory(text: string): Promise<unknown> {
  register()
  const url = `${scheme}${++count}`
  texts.set(url, text)
  try {
    return ((await import(url)) as { default?: unknown }).default
  } catch (error) {
    // V8 shows the line of a syntax error, and a stack its names.
    throw new SealedLoadError(error instanceof SealedLoadError ? error.message : kindOf(error))
  } finally {
    texts.delete(url)
  }
}

/** A sealed case that does not load; its message holds nothing of it. */
export class SealedLoadError extends Error {
  override name = 'SealedLoadError'
}

function kindOf(error: unknown): string {
  return error instanceof SyntaxError ? 'it is no valid TypeScript' : 'it fails while it is loaded'
}

function register(): void {
  if (isRegistered) return
  isRegistered = true
  const language = join(import.meta.dirname, '..', '..', `scenario${extname(import.meta.filename)}`)
  registerHooks({
    resolve: (specifier, context, next) => {
      if (specifier.startsWith(scheme)) {
        if (!texts.has(specifier)) throw new SealedLoadError('there is no such case')
        return { url: specifier, format: 'module', shortCircuit: true }
      }
      if (context.parentURL?.startsWith(scheme) !== true) return next(specifier, context)
      if (specifier === 'backlot/scenario') return next(pathToFileURL(language).href, context)
      throw new SealedLoadError('it imports something besides backlot/scenario')
    },
    load: (url, context, next) => {
      const text = texts.get(url)
      if (text === undefined) return next(url, context)
      const source = withoutWarning(/stripTypeScriptTypes/, () =>
        stripTypeScriptTypes(text, { mode: 'strip' }),
      )
      return { format: 'module', source, shortCircuit: true }
    },
  })
}
