import { registerHooks } from 'node:module'
import { extname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

let isRegistered = false

/**
 * Lets scenarios import `backlot/scenario` where the package is not installed beside them: who runs
 * Backlot with npx, or from its source, has the language at hand.
 */
export function provideLanguage(): void {
  if (isRegistered) return
  isRegistered = true
  const own = join(import.meta.dirname, `scenario${extname(import.meta.filename)}`)
  registerHooks({
    resolve: (specifier, context, next) => {
      try {
        return next(specifier, context)
      } catch (error) {
        if (specifier !== 'backlot/scenario') throw error
        return next(pathToFileURL(own).href, context)
      }
    },
  })
}
