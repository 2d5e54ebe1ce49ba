import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  deleteKey,
  emptyTree,
  getKey,
  rankOf,
  setKey,
  sizeOf,
  sliceRanks,
  type Tree,
} from './tree.ts'

type Step = ['set', string, number] | ['delete', string]

const keys = fc.integer({ min: 0, max: 400 }).map((n) => `k${n}`)
const step = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(fc.constant('set' as const), keys, fc.integer()) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('delete' as const), keys) },
)
const steps = fc.array(step as fc.Arbitrary<Step>, { maxLength: 600, size: 'max' })

function play(tree: Tree<number>, model: Map<string, number>, list: Step[], owner: object) {
  for (const one of list) {
    if (one[0] === 'set') {
      tree = setKey(tree, one[1], one[2], owner)
      model.set(one[1], one[2])
    } else {
      tree = deleteKey(tree, one[1], owner)
      model.delete(one[1])
    }
  }
  return tree
}

function expectSame(tree: Tree<number>, model: Map<string, number>) {
  const sorted = [...model.keys()].sort()
  expect(sizeOf(tree)).toBe(sorted.length)
  expect(sliceRanks(tree, 0, Infinity)).toEqual(sorted.map((key) => model.get(key)))
  sorted.forEach((key, rank) => {
    expect(getKey(tree, key)).toBe(model.get(key))
    expect(rankOf(tree, key)).toBe(rank)
  })
  const middle = sorted.length >> 1
  expect(sliceRanks(tree, middle, 7)).toEqual(
    sorted.slice(middle, middle + 7).map((key) => model.get(key)),
  )
}

describe('a tree', () => {
  test('agrees with a sorted Map under any sequence of writes', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const owner = {}
        const model = new Map<string, number>()
        expectSame(play(emptyTree<number>(owner), model, list, owner), model)
      }),
      { numRuns: 60 },
    )
  })

  test('shared by two owners never shows one the writes of the other', () => {
    fc.assert(
      fc.property(steps, steps, steps, (before, left, right) => {
        const first = {}
        const model = new Map<string, number>()
        const base = play(emptyTree<number>(first), model, before, first)
        const leftModel = new Map(model)
        const rightModel = new Map(model)
        const leftTree = play(base, leftModel, left, { left: true })
        const rightTree = play(base, rightModel, right, { right: true })
        expectSame(base, model)
        expectSame(leftTree, leftModel)
        expectSame(rightTree, rightModel)
      }),
      { numRuns: 40 },
    )
  })

  test('filled in order stays shallow and full', () => {
    const owner = {}
    let tree = emptyTree<number>(owner)
    for (let n = 0; n < 20_000; n++) tree = setKey(tree, String(n).padStart(6, '0'), n, owner)
    expect(sizeOf(tree)).toBe(20_000)
    expect(sliceRanks(tree, 12_345, 3)).toEqual([12_345, 12_346, 12_347])
    let depth = 1
    for (let node: Tree<number> = tree; node.kids !== undefined; node = node.kids[0]!) depth++
    expect(depth).toBeLessThanOrEqual(4)
  })
})
