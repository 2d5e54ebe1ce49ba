import { basename, extname } from 'node:path'
import { ContractError, type ContractWarning } from '../engine/contract/contract-error.ts'
import type { Contract } from '../engine/contract/contract.ts'
import { applyPatch } from '../engine/contract/patch.ts'
import { importOpenApi, parseDocument } from '../engine/contract/read.ts'
import { defineSpecTwin } from '../engine/generic/spec-twin.ts'
import type { TwinDefinition } from '../engine/twin.ts'
import { UsageError } from '../engine/usage-error.ts'
import { loadTwin } from '../twins/index.ts'
import { isLearnedFolder, loadLearnedTwin } from './learn/folder.ts'
import { readDocument, readText } from './read-document.ts'

/** What is told of a document that was read with reservations. */
export type OnWarning = (file: string, warnings: readonly ContractWarning[]) => void

/**
 * A twin by its name, made from an OpenAPI document (`./petstore.yaml`, or `shop=./openapi.json` to name it
 * otherwise), or from a folder that `backlot learn` wrote. Throws a UsageError for an unknown twin or an unusable document.
 */
export async function loadTwinOrSpec(word: string, onWarning?: OnWarning): Promise<TwinDefinition> {
  const named = /^([a-z][a-z0-9-]*)=(.+)$/.exec(word)
  const file = named?.[2] ?? word
  if (named === null && !isPath(word)) return loadTwin(word)
  const name = named?.[1] ?? nameOf(file)
  if (await isLearnedFolder(file)) return loadLearnedTwin(file, named?.[1])
  const { contract, warnings } = await readContract(file, { name })
  if (warnings.length > 0) onWarning?.(file, warnings)
  return defineSpecTwin({ name, contract })
}

/** Strips an OpenAPI document to a contract, and corrects it by a patch file where one is given. Throws a UsageError. */
export async function readContract(
  file: string,
  options: { name?: string; patchFile?: string | undefined } = {},
): Promise<{ contract: Contract; warnings: readonly ContractWarning[] }> {
  const { name, patchFile } = options
  const text = await readText(file)
  try {
    const document = parseDocument(text, { name: basename(file) })
    const { contract, warnings } = importOpenApi(document, name === undefined ? {} : { name })
    if (patchFile === undefined) return { contract, warnings }
    return { contract: await patched(contract, patchFile), warnings }
  } catch (error) {
    throw inFile(error, file)
  }
}

async function patched(contract: Contract, file: string): Promise<Contract> {
  const { value } = await readDocument(file)
  try {
    return applyPatch(contract, value)
  } catch (error) {
    throw inFile(error, file)
  }
}

function inFile(error: unknown, file: string): unknown {
  if (!(error instanceof ContractError)) return error
  const { pointer, fix } = error
  return new UsageError(`${error.what}.`, {
    file,
    ...(pointer === '' ? {} : { field: pointer }),
    fix,
  })
}

function isPath(word: string): boolean {
  return /[/\\]/.test(word) || /\.(json|ya?ml)$/i.test(word)
}

/** `./specs/Pet Store.v2.yaml` → `pet-store-v2`. */
function nameOf(file: string): string {
  const base = basename(file, extname(file)).toLowerCase()
  const name = base.replace(/[^a-z0-9]+/g, '-').replace(/^[-0-9]+|-+$/g, '')
  return name === '' ? 'api' : name
}
