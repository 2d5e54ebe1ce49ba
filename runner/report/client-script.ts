import { existsSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { dirname, join } from 'node:path'

/**
 * What runs in a page, as one module: `client/main` (or another entry) and all that it imports, each file before those
 * that use it and in a scope of its own. From the sources as TypeScript without its types, from
 * `dist` as it is. Only what our own files hold is understood: named imports, and exports before a
 * declaration; anything else throws.
 */
export function clientScript(entry: 'main' | 'release' = 'main'): string {
  const pieces = new Map<string, string>()
  const path = join(import.meta.dirname, 'client', entry)
  add(existsSync(`${path}.ts`) ? `${path}.ts` : `${path}.js`, pieces)
  return [...pieces.values()].join('\n')
}

function add(file: string, pieces: Map<string, string>): void {
  if (pieces.has(file)) return
  const code = readCode(file)
  for (const [, , path] of code.matchAll(IMPORT)) add(join(dirname(file), path!), pieces)
  pieces.set(file, toPiece(code, file))
}

const IMPORT = /^import\s*\{([^}]*)\}\s*from\s*['"](\.[^'"]+)['"];?$/gm
const EXPORT = /^export (?=(?:async )?(?:function|const|class) (\w+))/gm

/** The file as a call that gives what it exports, without comments of whole lines and indentation. */
function toPiece(code: string, file: string): string {
  const names = [...code.matchAll(EXPORT)].map(([, name]) => name)
  const body = code
    .replaceAll(IMPORT, (_, list: string, path: string) => {
      const taken = list.replaceAll(/\s+/g, ' ').replaceAll(' as ', ': ')
      return `const {${taken}} = ${nameOf(join(dirname(file), path))}`
    })
    .replaceAll(EXPORT, '')
    .replaceAll(/^\s*(?:\/\/|\/\*\*|\*).*$/gm, '')
    .replaceAll(/\s*\n\s*/g, '\n')
    .trim()
  const left = /^(?:import|export)\b.*$/m.exec(body)?.[0]
  if (left !== undefined) throw new Error(`The page's script can't hold: ${left}`)
  if (names.length === 0) return body
  return `const ${nameOf(file)} = (() => {\n${body}\nreturn { ${names.join(', ')} }\n})()`
}

/** `/…/client/trial-list.ts` as `$client_trial_list`. */
function nameOf(file: string): string {
  const path = file.replace(/\.[jt]s$/, '').split(/[\\/]/)
  return `$${path.slice(-2).join('_').replaceAll(/\W/g, '_')}`
}

function readCode(file: string): string {
  const code = readFileSync(file, 'utf8')
  if (!file.endsWith('.ts')) return code
  const { emitWarning } = process
  // Node says at each start that this is new; who makes a report can't do anything about it.
  process.emitWarning = () => {}
  try {
    return stripTypeScriptTypes(code)
  } finally {
    process.emitWarning = emitWarning
  }
}
