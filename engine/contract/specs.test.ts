import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Contract } from './contract.ts'
import { importOpenApi, parseDocument } from './read.ts'
import { createRouter } from './route.ts'
import { formatContract } from './write.ts'

const folder = new URL('../../../shared/specs/', import.meta.url)

/** Operations per document, as counted in the README beside them. */
const counts: [string, number, string[]?][] = [
  ['okta-management-2026.06.3', 732],
  ['okta-oauth-2026.06.3', 44],
  ['okta-myaccount-idp-2026.06.3', 40],
  ['okta-governance-2026.06.3', 162],
  [
    'jira-platform-v3-2026-05-29',
    619,
    [
      '/components/schemas/SecuritySchemeMembersRequest',
      '/components/schemas/IssueBulkMovePayload',
      '/components/schemas/targetToSourcesMapping',
    ],
  ],
  ['jira-software-2022-07-17', 74],
  ['slack-web-api-generated-2026-08-03', 267],
  ['slack-web-api-official-1.7.0-2021', 174],
  ['google-drive-v3-openapi-apisguru', 50],
  ['google-docs-v1-openapi-apisguru', 3],
  ['google-sheets-v4-openapi-apisguru', 17],
]

describe.skipIf(!existsSync(folder))('real documents', () => {
  test.each(counts)('%s has %i operations', (name, count, slips = []) => {
    const text = readFileSync(new URL(`${name}.json`, folder), 'utf8')
    const { contract, warnings } = importOpenApi(parseDocument(text, { name }))
    expect(contract.operations).toHaveLength(count)
    expect(warnings.map(({ pointer }) => pointer)).toEqual(slips)
    expect(danglingRefs(contract)).toEqual([])
    expect(JSON.parse(formatContract(contract))).toEqual({
      ...contract,
      operations: contract.operations.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    })
    const router = createRouter(contract.operations)
    const unreached = contract.operations.filter(({ method, path }) => {
      const found = router.match(method, path.replaceAll(/[{}]/g, ''))
      return !found || 'allow' in found
    })
    expect(unreached).toEqual([])
  })
})

function danglingRefs(contract: Contract): string[] {
  const refs = JSON.stringify(contract).matchAll(/"\$ref":"#\/schemas\/([^"]+)"/g)
  return [...refs].map((match) => match[1] as string).filter((name) => !(name in contract.schemas))
}
