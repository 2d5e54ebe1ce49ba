import { readFileSync } from 'node:fs'
import type { Contract } from './contract.ts'

/**
 * A contract file, read when the twin is first opened. The one place in the engine that touches the
 * disk: a JSON import would do, but TypeScript infers a type from it, and takes minutes over Okta's.
 */
export function contractFile(url: URL): () => Contract {
  return () => JSON.parse(readFileSync(url, 'utf8')) as Contract
}
