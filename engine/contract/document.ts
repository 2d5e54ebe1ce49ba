import { ContractError, type ContractWarning } from './contract-error.ts'
import { fromPointerToken, isRecord, toPointerToken } from './schema.ts'

/** The versions of OpenAPI that differ in how they are read; 3.2 reads as 3.1. */
export type DocumentVersion = '2.0' | '3.0' | '3.1'

/** A place in a document: the value and the JSON pointer to it. */
export interface Place {
  value: unknown
  pointer: string
}

/** An OpenAPI document being imported. */
export interface OpenApiDocument {
  root: Record<string, unknown>
  version: DocumentVersion
  warnings: ContractWarning[]
  /** Throws at the first thing that would be a warning. */
  isStrict: boolean
}

/** Notes what was wrong and goes on, or throws when the importer was asked to be strict. */
export function warn(
  document: OpenApiDocument,
  what: string,
  at: { pointer: string; fix: string },
) {
  if (document.isStrict) throw new ContractError(what, at)
  document.warnings.push({ message: what, ...at })
}

/** Turns a ContractError into a warning; any other error is a mistake of ours and goes on. */
export function warnOf(document: OpenApiDocument, error: unknown, consequence: string): void {
  if (!(error instanceof ContractError) || document.isStrict) throw error
  const { what, pointer, fix } = error
  document.warnings.push({ message: `${what}; ${consequence}`, pointer, fix })
}

/** Reads the version and refuses what is no OpenAPI document. */
export function openDocument(root: unknown, isStrict: boolean): OpenApiDocument {
  const fix = 'Give an OpenAPI document of version 2.0, 3.0 or 3.1.'
  if (!isRecord(root))
    throw new ContractError('The document is not an object', { pointer: '', fix })
  const version = versionOf(root)
  if (!version) throw new ContractError(`The document is ${otherKind(root)}`, { pointer: '', fix })
  if (!isRecord(root['paths']))
    throw new ContractError('The document has no paths', { pointer: '/paths', fix })
  return { root, version, warnings: [], isStrict }
}

function versionOf(root: Record<string, unknown>): DocumentVersion | undefined {
  const { openapi, swagger } = root
  if (swagger === '2.0' || swagger === 2) return '2.0'
  const text = String(openapi ?? '')
  if (/^3\.0(\.|$)/.test(text)) return '3.0'
  return /^3\.[12](\.|$)/.test(text) ? '3.1' : undefined
}

function otherKind(root: Record<string, unknown>): string {
  if ('asyncapi' in root) return 'an AsyncAPI document, which describes events'
  if (root['kind'] === 'discovery#restDescription') return 'a Google discovery document'
  if ('swaggerVersion' in root) return `Swagger ${String(root['swaggerVersion'])}, which is too old`
  if ('log' in root) return 'a recording (HAR)'
  const version = root['openapi'] ?? root['swagger']
  if (version !== undefined) return `OpenAPI ${String(version)}, which is unknown`
  return 'no OpenAPI document: it has neither openapi nor swagger'
}

/** Follows in-document references until something else stands there. */
export function follow(document: OpenApiDocument, place: Place): Place {
  const seen = new Set<string>()
  let current = place
  while (isRecord(current.value) && typeof current.value['$ref'] === 'string') {
    const target = current.value['$ref']
    const fix = 'Make the reference point to a definition.'
    if (seen.has(target))
      throw new ContractError(`The reference ${target} leads back to itself`, {
        pointer: place.pointer,
        fix,
      })
    seen.add(target)
    current = lookUp(document, target, current.pointer)
  }
  return current
}

/** Finds what an in-document reference points to. */
export function lookUp(document: OpenApiDocument, ref: string, from: string): Place {
  if (!ref.startsWith('#'))
    throw new ContractError(`The reference ${ref} points out of the document`, {
      pointer: from,
      fix: 'Bundle the document into one file first (redocly bundle, swagger-cli bundle).',
    })
  const fix = 'Add what it points to, or correct the reference.'
  let value: unknown = document.root
  const tokens = pointerTokens(ref)
  for (const token of tokens ?? ['']) {
    const isThere = typeof value === 'object' && value !== null && Object.hasOwn(value, token)
    if (!isThere || !tokens)
      throw new ContractError(`The reference ${ref} points to nothing`, { pointer: from, fix })
    value = (value as Record<string, unknown>)[token]
  }
  return { value, pointer: `/${(tokens ?? []).map(toPointerToken).join('/')}` }
}

/** The tokens of `#/a/b`, decoded; nothing when it is an anchor (`#name`). */
export function pointerTokens(ref: string): string[] | undefined {
  if (ref === '#') return []
  return ref.startsWith('#/') ? ref.slice(2).split('/').map(fromPointerToken) : undefined
}

/** A child of a place. */
export function childOf(place: Place, key: string): Place {
  const { value } = place
  const isThere = typeof value === 'object' && value !== null && Object.hasOwn(value, key)
  return {
    value: isThere ? (value as Record<string, unknown>)[key] : undefined,
    pointer: `${place.pointer}/${toPointerToken(key)}`,
  }
}

/** The children of a place that holds an object, extensions left out; of anything else, none. */
export function childrenOf(place: Place): [string, Place][] {
  if (!isRecord(place.value)) return []
  return Object.keys(place.value)
    .filter((key) => !key.startsWith('x-') && key !== '__proto__')
    .map((key) => [key, childOf(place, key)])
}

/** The items of a place that holds a list; of anything else, none. */
export function itemsOfPlace(place: Place): Place[] {
  if (!Array.isArray(place.value)) return []
  return place.value.map((value, index) => ({ value, pointer: `${place.pointer}/${index}` }))
}
