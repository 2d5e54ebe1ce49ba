import { expect, it } from 'vitest'
import { jsonPieces } from './json.ts'
import { everyOutcome } from './testing/hostile-run.ts'

it('is the text of JSON.stringify, in pieces none of which is long', async () => {
  const result = await everyOutcome()
  const many = { ...result, trials: Array.from({ length: 200 }, () => result.trials).flat() }
  for (const one of [result, { ...result, trials: [] }, many]) {
    const { trials, ...rest } = one
    const pieces = [...jsonPieces(one)]
    // The trials come last, wherever they stood.
    expect(pieces.join('')).toBe(JSON.stringify({ ...rest, trials }))
    for (const piece of pieces) expect(piece.length).toBeLessThan(1_200_000)
  }
  expect([...jsonPieces(many)].length).toBeGreaterThan(2)
})
