import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { openAcme } from './acme.ts'
import { recordingsIn, replay, shapeOf, type Compared } from './replay.ts'

const recordings = fileURLToPath(new URL('../../../shared/recordings/okta', import.meta.url))

// What recorded orgs differ in among themselves: licences, age of the cell, their own attributes.
const ofOrg =
  /^(\/\*)?\/(realmId|transitioningToStatus|credentials\/emails|_links\/(resetFactors|owners)|definitions\/(custom|base\/(required|properties\/\w+\/(master|required))))/

// FACTS: known. Recorded exchanges that rest on what the recording did not make.
const known: Record<string, string> = {
  'GET /api/v1/users/user-b2c530%40example.com': 'an account that was there before',
  'GET /api/v1/groups/test_group_id': 'a group that was there before',
  'PUT /api/v1/groups/test_group_id': 'a group that was there before',
}

function shapesApart({ op, recorded, ours }: Compared): string[] {
  // Lists show whatever else the org has; their members are compared where both have some.
  const isList = Array.isArray(recorded.json)
  const both = [recorded.json, ours.json] as unknown[][]
  if (isList && (op === 'listLogEvents' || both.some((one) => one.length === 0))) return []
  const [theirs, mine] = [shapeOf(recorded.json), shapeOf(ours.json)]
  const apart: string[] = []
  for (const [path, type] of theirs) {
    if (ofOrg.test(path) || (isList && /\/(profile|credentials)\//.test(path))) continue
    const is = mine.get(path)
    if (is === undefined) apart.push(`${op} lacks ${path}`)
    else if (is !== type && !isList) apart.push(`${op} ${path} is ${is}, not ${type}`)
  }
  for (const path of isList ? [] : mine.keys()) {
    if (!ofOrg.test(path) && !theirs.has(path)) apart.push(`${op} adds ${path}`)
  }
  return apart
}

describe.skipIf(!existsSync(recordings))('recorded traffic', () => {
  test('is answered with the same statuses and shapes', () => {
    const statuses: string[] = []
    const shapes: string[] = []
    let count = 0
    for (const sources of ['okta-sdk-python', 'terraform-provider-okta', 'nango']) {
      for (const file of recordingsIn(`${recordings}/${sources}`)) {
        const { world, token } = openAcme()
        for (const one of replay(file, world, token)) {
          if (known[one.call] !== undefined) continue
          count++
          if (one.recorded.status !== one.ours.status) {
            statuses.push(`${one.call}: ${one.ours.status}, not ${one.recorded.status}`)
          } else shapes.push(...shapesApart(one))
        }
      }
    }
    expect(statuses).toEqual([])
    expect([...new Set(shapes)]).toEqual([])
    expect(count).toBeGreaterThan(1800)
  })
})
