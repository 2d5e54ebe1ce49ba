import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { findFiles, ownScenarios } from '../../load-scenarios.ts'
import { CopyFinder } from './copies.ts'
import { fingerprint } from './fingerprint.ts'

const files = await findFiles(ownScenarios, process.cwd())
const prints = files.map((id) => {
  const text = readFileSync(id, 'utf8')
  return { id, text, print: fingerprint(text) }
})

it('takes no public scenario for a copy of another, though all others are known', () => {
  const owners = new Map<number, string[]>()
  for (const { id, print } of prints) {
    for (const hash of print.lines.keys()) owners.set(hash, [...(owners.get(hash) ?? []), id])
  }
  let pairs = 0
  const wrong: string[] = []
  for (const sealed of prints) {
    for (const other of prints.filter((one) => one !== sealed)) {
      const isOthers = (id: string): boolean => id !== sealed.id && id !== other.id
      const base = [...sealed.print.lines.keys()].filter((hash) => owners.get(hash)!.some(isOthers))
      pairs++
      const [copy] = new CopyFinder([sealed], new Set(base)).find(other.print)
      if (copy !== undefined) wrong.push(`${sealed.id} in ${other.id}: ${copy.similarity}`)
    }
  }
  expect(pairs).toBeGreaterThan(1000)
  expect(wrong).toEqual([])
})

it('knows a case whose layout, comments and a name were changed', () => {
  for (const { id, text } of prints) {
    const changed = text
      .split('\n')
      .filter((_line, i) => i % 9 !== 4)
      .map((line, i) => (i % 3 === 0 ? `   ${line} // ${line.length}` : line))
      .join('\n')
      .replaceAll('room', 'hall')
    const [copy] = new CopyFinder([{ id, text }], new Set()).find(fingerprint(changed))
    expect(copy?.case, id).toBe(id)
  }
})
