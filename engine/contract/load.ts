import { readFileSync } from 'node:fs'
import type { Contract } from './contract.ts'

/**
 * A contract file, read when the twin is first opened. The one place in the engine that touches the
 * disk: a JSON import would do, but TypeScript infers a type from it, and takes minutes over Okta's.
 */
export function contractFile(url: URL): () => Contract {
  return () => JSON.parse(readFileSync(url, 'utf8')) as Contract
}

/** Any other JSON file of a twin's folder, such as `learned.json`. */
export function jsonFile<Value>(url: URL): Value {
  return JSON.parse(readFileSync(url, 'utf8')) as Value
}
